/**
 * Times several kinds of work in turns, three rounds, so that whatever else the machine does falls on all
 * of them.
 *
 * @returns the shortest time of each kind, in milliseconds.
 */
export async function fastest(
  ...kinds: ((round: number) => Promise<unknown>)[]
): Promise<number[]> {
  const times = kinds.map(() => Infinity)
  for (const round of [1, 2, 3]) {
    for (const [index, work] of kinds.entries()) {
      const begin = performance.now()
      await work(round)
      times[index] = Math.min(times[index] ?? Infinity, performance.now() - begin)
    }
  }
  return times
}
