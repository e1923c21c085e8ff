import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const QUESTION = { order: 'A-17' }
const ANSWER = 'It has shipped.'
const TOOL = { name: 'look_up_order', description: 'Looks an order up.' }
const asked = z.object({ order: z.string().min(1) })
const found = z.object({ shipped: z.boolean() })
const answer = z.string()
const say = ({ shipped }) => (shipped ? ANSWER : 'It has not shipped yet.')

/**
 * What all models say: call the tool, then the answer. A model is asked twice a run; its own work is
 * nothing, so what is measured is the library.
 */
const scripted = (hasResult) => (hasResult ? { text: ANSWER } : { args: JSON.stringify(QUESTION) })

/** A model of the AI SDK, which `ai` and `@mastra/core` take. */
function aiModel() {
  const usage = { inputTokens: { total: 10, noCache: 10 }, outputTokens: { total: 5, text: 5 } }
  const reply = async (prompt) => {
    const { text, args } = scripted(prompt.at(-1).role === 'tool')
    const content = text
      ? [{ type: 'text', text }]
      : [{ type: 'tool-call', toolCallId: 'c1', toolName: TOOL.name, input: args }]
    const reason = text ? 'stop' : 'tool-calls'
    return { content, finishReason: { unified: reason, raw: reason }, usage, warnings: [] }
  }
  return {
    specificationVersion: 'v4',
    provider: 'bench',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: ({ prompt }) => reply(prompt),
    async doStream({ prompt }) {
      const { content, finishReason } = await reply(prompt)
      const parts = content.flatMap((part) =>
        part.type === 'text'
          ? [
              { type: 'text-start', id: '0' },
              { type: 'text-delta', id: '0', delta: part.text },
              { type: 'text-end', id: '0' },
            ]
          : [part],
      )
      const all = [{ type: 'stream-start', warnings: [] }, ...parts]
      all.push({ type: 'finish', finishReason, usage })
      const stream = new ReadableStream({
        start(controller) {
          for (const part of all) controller.enqueue(part)
          controller.close()
        },
      })
      return { stream }
    },
  }
}

/** The loop of a model and its tools, written by hand. */
async function loop(callTool) {
  const messages = [{ role: 'user', content: 'Where is order A-17?' }]
  for (;;) {
    const { text, args } = await Promise.resolve(scripted(messages.at(-1).role === 'tool'))
    if (text) return text
    messages.push({ role: 'tool', content: JSON.stringify(await callTool(JSON.parse(args))) })
  }
}

async function titanforge(lookUp, run) {
  const { createForge, defineAgent, defineTool } = await import('@titanforge/core')
  const tool = defineTool({ ...TOOL, effect: 'read', input: asked, output: found, run: lookUp })
  const clerk = defineAgent({
    name: 'clerk',
    description: 'Answers questions about orders.',
    input: asked,
    output: answer,
    tools: [tool],
    run: (input, ctx) => run(input, (args) => ctx.tool(tool, args)),
  })
  const forge = createForge({ plugins: [] })
  return () => forge.run(clerk, QUESTION)
}

/** By name: what makes a function that answers the question once. */
const libraries = {
  'hand-written loop': (lookUp) => () =>
    loop(async (args) => found.parse(await lookUp(asked.parse(args)))),
  // No model, no loop: the same checks and awaits as the code agent's, in a row.
  'hand-written code': (lookUp) => async () => {
    const result = found.parse(await lookUp(asked.parse(asked.parse(QUESTION))))
    return answer.parse(say(result))
  },
  'titanforge agent': (lookUp) =>
    titanforge(lookUp, async (input, callTool) => say(await callTool(input))),
  'titanforge agent and model': (lookUp) =>
    titanforge(lookUp, (_input, callTool) => loop(callTool)),
  async ai(execute) {
    const { generateText, isStepCount, tool } = await import('ai')
    globalThis.AI_SDK_LOG_WARNINGS = false
    const tools = { [TOOL.name]: tool({ ...TOOL, inputSchema: asked, execute }) }
    const options = { model: aiModel(), tools, prompt: 'Where is A-17?', stopWhen: isStepCount(5) }
    return async () => (await generateText(options)).text
  },
  async '@openai/agents'(execute) {
    const { Agent, Runner, setTracingDisabled, tool, Usage } = await import('@openai/agents')
    setTracingDisabled(true)
    const model = {
      async getResponse({ input }) {
        const done = Array.isArray(input) && input.at(-1)?.type === 'function_call_result'
        const { text, args } = scripted(done)
        const output = text
          ? { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }
          : { type: 'function_call', callId: 'c1', name: TOOL.name, arguments: args }
        const usage = new Usage({ inputTokens: 10, outputTokens: 5, totalTokens: 15, requests: 1 })
        return { usage, output: [{ ...output, status: 'completed' }] }
      },
    }
    const tools = [tool({ ...TOOL, parameters: asked, execute })]
    const agent = new Agent({ name: 'clerk', instructions: 'Answer.', model, tools })
    const runner = new Runner({ tracingDisabled: true })
    return async () => (await runner.run(agent, 'Where is A-17?')).finalOutput
  },
  async '@langchain/langgraph'(execute) {
    const { createReactAgent } = await import('@langchain/langgraph/prebuilt')
    const { BaseChatModel } = await import('@langchain/core/language_models/chat_models')
    const { AIMessage } = await import('@langchain/core/messages')
    const { tool } = await import('@langchain/core/tools')
    class Scripted extends BaseChatModel {
      _llmType() {
        return 'scripted'
      }

      bindTools() {
        return this
      }

      async _generate(messages) {
        const { text, args } = scripted(messages.at(-1).getType() === 'tool')
        const call = { id: 'c1', name: TOOL.name, args: QUESTION, type: 'tool_call' }
        const message = args
          ? new AIMessage({ content: '', tool_calls: [call] })
          : new AIMessage(text)
        return { generations: [{ text: message.content, message }] }
      }
    }
    const act = async (args) => JSON.stringify(await execute(args))
    const tools = [tool(act, { ...TOOL, schema: asked })]
    const agent = createReactAgent({ llm: new Scripted({}), tools })
    const messages = [{ role: 'user', content: 'Where is A-17?' }]
    return async () => (await agent.invoke({ messages })).messages.at(-1).content
  },
  async '@mastra/core'(execute) {
    const { Agent } = await import('@mastra/core/agent')
    const { createTool } = await import('@mastra/core/tools')
    const { description } = TOOL
    const lookUp = createTool({ id: TOOL.name, description, inputSchema: asked, execute })
    const agent = new Agent({
      id: 'clerk',
      name: 'clerk',
      instructions: 'Answer.',
      model: aiModel(),
      tools: { [TOOL.name]: lookUp },
    })
    return async () => (await agent.generate('Where is A-17?', { maxSteps: 5 })).text
  },
}

export const peers = ['ai', '@openai/agents', '@langchain/langgraph', '@mastra/core']

export const contestants = Object.entries(libraries).map(([name, create]) => ({
  name,
  /** @param waitMs how long the tool takes. */
  async open({ waitMs = 0 }) {
    let calls = 0
    const lookUp = async ({ order }) => {
      calls++
      if (waitMs > 0) await delay(waitMs)
      return { shipped: order.startsWith('A') }
    }
    const ask = await create(lookUp)
    const check = (said) => {
      if (said !== ANSWER) throw new Error(`${name} answered ${JSON.stringify(said)}`)
    }
    check(await ask())
    if (calls !== 1) throw new Error(`${name} called the tool ${calls} times`)
    return async (n, lanes) => {
      let left = n
      const lane = async () => {
        while (left-- > 0) check(await ask())
      }
      await Promise.all(Array.from({ length: lanes }, lane))
    }
  },
}))
