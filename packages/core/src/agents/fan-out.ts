import { CoreErrors } from '../errors/core-errors.js'
import { branchOut } from './branch.js'
import type { RunContext } from './run-context.js'

/**
 * How {@link fanOut} goes about it.
 *
 * @example
 * const gently: FanOutOptions = { concurrency: 2 }
 */
export interface FanOutOptions {
  /** How many are at work at once; 8 if left out. */
  concurrency?: number
}

/**
 * Does a piece of work for each item, some at a time. Answers in the order of the items. After a failure,
 * or once the run is cancelled, no more are begun; those at work are waited for. Where the step is tried again,
 * the calls made for an item have the same idempotency keys, in whatever order the items come on. That takes the
 * step's own signal; with another the calls are numbered as they come.
 *
 * @example
 * const measurer = defineAgent({
 *   name: 'measurer', description: 'Measures a word.', input: z.string(), output: z.number(),
 *   run: (word) => word.length,
 * })
 * const reader = defineAgent({
 *   name: 'reader', description: 'Measures all words.', input: z.array(z.string()), output: z.array(z.number()),
 *   run: (words, ctx) => fanOut(ctx, words, (word) => ctx.run(measurer, word), { concurrency: 2 }),
 * })
 * await createForge({ plugins: [] }).run(reader, ['one', 'three']) // [3, 5]
 * @throws what the first piece of work that failed has thrown; DEFINITION_INVALID where the concurrency is
 * less than one.
 */
export async function fanOut<Item, Result>(
  ctx: Pick<RunContext, 'signal'>,
  items: Iterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
  { concurrency = 8 }: FanOutOptions = {},
): Promise<Result[]> {
  if (!(concurrency >= 1)) {
    const problem = `concurrency is ${concurrency}; give how many may be at work at once, 1 or more.`
    throw CoreErrors.DEFINITION_INVALID({ what: 'fanOut', problem })
  }
  const inBranch = branchOut(ctx.signal)
  const all = [...items]
  const results: Result[] = []
  const failures: unknown[] = []
  let next = 0
  const takeOneByOne = async () => {
    while (next < all.length && failures.length === 0 && !ctx.signal.aborted) {
      const index = next++
      try {
        results[index] = await inBranch(index, () => work(all[index] as Item, index))
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, all.length) }, takeOneByOne))
  if (failures.length > 0) throw failures[0]
  ctx.signal.throwIfAborted()
  return results
}
