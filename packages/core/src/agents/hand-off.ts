import { CoreErrors } from '../errors/core-errors.js'
import type { Agent } from './agent.js'
import { refuseBadTurns } from './limit.js'
import type { RunContext } from './run-context.js'

/**
 * What an agent of a team answers: the answer, or who goes on with what.
 *
 * @example
 * const turns: Turn<string, string>[] = [
 *   { handOff: 'billing', input: 'What is a hat?' },
 *   { answer: 'A hat costs 19.99.' },
 * ]
 */
export type Turn<Input, Answer> = { answer: Answer } | { handOff: string; input: Input }

/**
 * How far {@link handOff} goes.
 *
 * @example
 * const briefly: HandOffOptions = { maxTurns: 3 }
 */
export interface HandOffOptions {
  /** How many agents may have their turn; 10 if left out. */
  maxTurns?: number
}

/**
 * Lets the first agent of a team begin, and each hand over to another, by name, until one answers. A turn
 * is plain data, so a model can take one as well as code.
 *
 * @example
 * const turn = z.union([
 *   z.object({ answer: z.string() }),
 *   z.object({ handOff: z.string(), input: z.string() }),
 * ])
 * const desk = defineAgent({
 *   name: 'desk', description: 'Takes calls.', input: z.string(), output: turn,
 *   run: (question) => ({ handOff: 'billing', input: question }),
 * })
 * const billing = defineAgent({
 *   name: 'billing', description: 'Knows prices.', input: z.string(), output: turn,
 *   run: () => ({ answer: 'A hat costs 19.99.' }),
 * })
 * const office = defineAgent({
 *   name: 'office', description: 'Answers.', input: z.string(), output: z.string(),
 *   run: (question, ctx) => handOff(ctx, [desk, billing], question),
 * })
 * await createForge({ plugins: [] }).run(office, 'What is a hat?') // 'A hat costs 19.99.'
 * @throws HAND_OFF_UNKNOWN where nobody in the team has the name; TURNS_EXCEEDED;
 * DEFINITION_INVALID where `maxTurns` is less than one.
 */
export async function handOff<Input, Answer>(
  ctx: Pick<RunContext, 'run'>,
  team: readonly [Agent<Input, Turn<Input, Answer>>, ...Agent<Input, Turn<Input, Answer>>[]],
  input: NoInfer<Input>,
  { maxTurns = 10 }: HandOffOptions = {},
): Promise<Answer> {
  refuseBadTurns('handOff', maxTurns)
  let agent = team[0]
  let given: Input = input
  for (let turns = 0; turns < maxTurns; turns++) {
    const turn = await ctx.run(agent, given)
    if ('answer' in turn) return turn.answer
    const next = team.find(({ name }) => name === turn.handOff)
    if (!next) {
      const names = team.map(({ name }) => name)
      throw CoreErrors.HAND_OFF_UNKNOWN({ agent: agent.name, to: turn.handOff, team: names })
    }
    agent = next
    given = turn.input
  }
  throw CoreErrors.TURNS_EXCEEDED({ turns: maxTurns, last: agent.name })
}
