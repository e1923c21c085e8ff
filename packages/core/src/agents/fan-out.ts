import pMap, { pMapSkip } from 'p-map'
import type { RunContext } from './run-context.js'

export interface FanOutOptions {
  /** How many are at work at once; 8 if left out. */
  concurrency?: number
}

/**
 * Does a piece of work for each item, some at a time. Answers in the order of the items. After a failure,
 * or once the run is cancelled, no more are begun; those at work are waited for.
 *
 * @example
 * import { createForge, defineAgent, fanOut } from '@titanforge/core'
 * import { z } from 'zod'
 *
 * const measurer = defineAgent({
 *   name: 'measurer', description: 'Measures a word.', input: z.string(), output: z.number(),
 *   run: (word) => word.length,
 * })
 * const reader = defineAgent({
 *   name: 'reader', description: 'Measures all words.', input: z.array(z.string()), output: z.array(z.number()),
 *   run: (words, ctx) => fanOut(ctx, words, (word) => ctx.run(measurer, word), { concurrency: 2 }),
 * })
 * await createForge({ plugins: [] }).run(reader, ['one', 'three']) // [3, 5]
 * @throws what the first piece of work that failed has thrown.
 */
export async function fanOut<Item, Result>(
  ctx: Pick<RunContext, 'signal'>,
  items: Iterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
  { concurrency = 8 }: FanOutOptions = {},
): Promise<Result[]> {
  const failures: unknown[] = []
  const attempt = async (item: Item, index: number) => {
    if (failures.length > 0 || ctx.signal.aborted) return pMapSkip
    try {
      return await work(item, index)
    } catch (error) {
      failures.push(error)
      return pMapSkip
    }
  }
  const results = await pMap(items, attempt, { concurrency })
  if (failures.length > 0) throw failures[0]
  ctx.signal.throwIfAborted()
  return results
}
