import { CoreErrors } from '../errors/core-errors.js'
import type { Agent } from './agent.js'
import { refuseBadTurns } from './limit.js'
import type { RunContext } from './run-context.js'

/**
 * Work for an agent.
 *
 * @example
 * const writer = scriptedAgent({ name: 'writer', answers: ['About hats.'] })
 * const work: Delegation = delegate(writer, 'hats')
 */
export interface Delegation {
  agent: Agent
  input: unknown
}

/**
 * What came of a delegation.
 *
 * @example
 * const summary = (reports: readonly Delegated[]) => reports.map(({ agent }) => agent).join(', ')
 * summary([{ agent: 'writer', input: 'hats', output: 'About hats.' }]) // 'writer'
 */
export interface Delegated {
  agent: string
  input: unknown
  output: unknown
}

/**
 * How far {@link supervise} goes.
 *
 * @example
 * const briefly: SuperviseOptions = { maxTurns: 3 }
 */
export interface SuperviseOptions {
  /** How many pieces of work may be given out; 10 if left out. */
  maxTurns?: number
}

/**
 * Gives work to an agent, for {@link supervise}.
 *
 * @example
 * const writer = scriptedAgent({ name: 'writer', answers: ['About hats.'] })
 * delegate(writer, 'hats').input // 'hats'
 */
export function delegate<Input>(agent: Agent<Input>, input: NoInfer<Input>): Delegation {
  return { agent, input }
}

/**
 * Asks a supervisor again and again what is to be done next, with the reports of all that was done, until
 * it answers. The supervisor may be code, or ask a model through `ctx.run`.
 *
 * @example
 * const writer = defineAgent({
 *   name: 'writer', description: 'Writes.', input: z.string(), output: z.string(),
 *   run: (topic) => `About ${topic}.`,
 * })
 * const editor = defineAgent({
 *   name: 'editor', description: 'Has it written twice.', input: z.string(), output: z.number(),
 *   run: (topic, ctx) =>
 *     supervise(ctx, (reports) =>
 *       reports.length < 2 ? delegate(writer, topic) : { answer: reports.length },
 *     ),
 * })
 * await createForge({ plugins: [] }).run(editor, 'hats') // 2
 * @throws TURNS_EXCEEDED where it does not answer; DEFINITION_INVALID where `maxTurns` is less than one.
 */
export async function supervise<Answer>(
  ctx: Pick<RunContext, 'run'>,
  decide: (
    reports: readonly Delegated[],
  ) => Delegation | { answer: Answer } | Promise<Delegation | { answer: Answer }>,
  { maxTurns = 10 }: SuperviseOptions = {},
): Promise<Answer> {
  refuseBadTurns('supervise', maxTurns)
  const reports: Delegated[] = []
  for (;;) {
    const decision = await decide(reports)
    if ('answer' in decision) return decision.answer
    const { agent, input } = decision
    if (reports.length >= maxTurns) {
      throw CoreErrors.TURNS_EXCEEDED({ turns: maxTurns, last: agent.name })
    }
    const output = await ctx.run(agent, input)
    reports.push({ agent: agent.name, input, output })
  }
}
