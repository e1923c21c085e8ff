import { defineAgent, type Agent, type AgentDefinition } from '../agents/agent.js'
import { given } from '../validation/given.js'
import type { OutputOf, Schema } from '../validation/schema.js'
import { anything, script, type Answer, type Anything, type Scripted } from './script.js'

/**
 * What {@link scriptedAgent} makes an agent of.
 *
 * @example
 * const text = z.string()
 * const definition: ScriptedAgentDefinition<typeof text, typeof text> = { name: 'writer', answers: ['Bonn.'] }
 * scriptedAgent(definition).name // 'writer'
 */
export interface ScriptedAgentDefinition<In extends Schema, Out extends Schema> extends Partial<
  Omit<AgentDefinition<In, Out>, 'name' | 'run'>
> {
  name: string
  answers: readonly Answer<OutputOf<In>, OutputOf<Out>>[]
}

/**
 * An agent that answers in order, and writes down what it was called with. Where no schema is given, it
 * takes and gives anything.
 *
 * @example
 * const researcher = scriptedAgent({ name: 'researcher', answers: ['Bonn has 340,000 inhabitants.'] })
 * const writer = defineAgent({
 *   name: 'writer', description: 'Writes.', input: z.string(), output: z.unknown(),
 *   run: (topic, ctx) => ctx.run(researcher, topic),
 * })
 * await createForge({ plugins: [] }).run(writer, 'Bonn')
 * researcher.calls // ['Bonn']
 * researcher.assertComplete()
 */
export function scriptedAgent<
  In extends Schema = Schema<Anything>,
  Out extends Schema = Schema<Anything>,
>(
  definition: ScriptedAgentDefinition<In, Out>,
): Agent<OutputOf<In>, OutputOf<Out>> & Scripted<OutputOf<In>> {
  const { answers, ...rest } = definition
  const { scripted, run } = script(rest.name, answers)
  const schemas = { input: anything as unknown as In, output: anything as unknown as Out }
  const agent = defineAgent({
    description: 'Answers as a test says.',
    ...schemas,
    ...given(rest),
    run,
  })
  return Object.freeze({ ...agent, ...scripted })
}
