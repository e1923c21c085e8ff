/** The first pause is about half of this; each is about twice as long as the one before it. */
const FIRST_MS = 50
const LONGEST_MS = 1_000

/**
 * How long to pause, time after time, for what another one holds: little while that may be a matter of moments, and
 * then longer, so that many who wait ask seldom. No two wait alike, so that they do not all ask at once.
 *
 * @param totalMs for which there is waiting, in all.
 * @param random from 0 to 1, as that of `Math`.
 * @returns milliseconds that come to `totalMs`.
 */
export function* pauses(totalMs: number, random: () => number = Math.random): Generator<number> {
  let left = totalMs
  for (let most = FIRST_MS; left > 0; most = Math.min(2 * most, LONGEST_MS)) {
    const pause = Math.min(left, most * (0.5 + random() / 2))
    left -= pause
    yield pause
  }
}
