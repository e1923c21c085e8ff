import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { defineAgent } from '../../agents/agent.js'
import type { Tool } from '../../agents/tool.js'
import type { Forge } from '../../forge.js'
import { anything } from '../script.js'
import type { Check } from '../suite.js'
import { nothingLeft } from './resources.js'
import { toolsOf, type Prepare } from './specimen.js'

// At once, and when it is under way.
const TURNS_BEFORE = [0, 1, 20]

/** What its tools do when they are told to stop. */
export function checkAbort(
  check: Check,
  prepare: Prepare,
  inputs: Readonly<Record<string, unknown>>,
): void {
  for (const [name, input] of Object.entries(inputs)) {
    const title = `the tool "${name}" ends within one tick of its signal, and leaves nothing behind`
    check(title, async (t) => {
      const { forge, wired, before } = await prepare(t)
      const tool = toolsOf(wired).find((candidate) => candidate.name === name)
      assert.ok(tool, `it contributes no tool "${name}"`)
      await forge.start()
      for (const turns of TURNS_BEFORE) await endsWhenAborted(forge, tool, input, turns)
      await forge.stop()
      const remedy = 'let it end what it begins before it answers, or have start() do so'
      await nothingLeft(before, { by: `"${name}"`, remedy })
    })
  }
}

async function endsWhenAborted(forge: Forge, tool: Tool, input: unknown, turnsBefore: number) {
  const controller = new AbortController()
  const called = Promise.withResolvers<undefined>()
  let atWork = 0
  const watched: Tool = {
    ...tool,
    async run(value, ctx) {
      atWork++
      called.resolve(undefined)
      try {
        return await tool.run(value, ctx)
      } finally {
        atWork--
      }
    },
  }
  const caller = defineAgent({
    name: 'conformance-caller',
    description: 'Calls one tool.',
    input: anything,
    output: anything,
    tools: [watched],
    run: async (value, ctx) => {
      await ctx.tool(watched, value)
      return undefined
    },
  })
  const running = forge.run(caller, input, { signal: controller.signal })
  // An input that is refused ends the run before the tool is called.
  await Promise.race([called.promise, running])
  for (let turns = 0; turns < turnsBefore; turns++) await turn()
  controller.abort()
  await turn()
  const inTime = atWork === 0
  await Promise.allSettled([running])
  const remedy = 'hand ctx.signal to whatever it waits for'
  assert.ok(inTime, `"${tool.name}" was still at work one tick after its signal aborted; ${remedy}`)
}
