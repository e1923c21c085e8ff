/** The middle of a list of numbers. */
export function median(numbers) {
  return quantile(numbers, 0.5)
}

/** The value below which the given part of the numbers lies, such as 0.99; between two of them, in proportion. */
export function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * part
  const below = Math.floor(place)
  const above = Math.ceil(place)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

/** Operations a second of one run. */
async function rate(contestant, n, now) {
  const start = now()
  await contestant.run(n)
  return (n / (now() - start)) * 1000
}

/** How many operations of a contestant, warm by then, fill about `targetMs`. */
async function calibrate(contestant, targetMs, now) {
  let n = 10
  for (;;) {
    const ms = (n / (await rate(contestant, n, now))) * 1000
    if (ms >= targetMs / 2) return n
    n = Math.ceil(n * Math.min(10, (targetMs * 1.2) / Math.max(ms, 0.01)))
  }
}

/** The list, beginning at another place in each round. */
export function inTurns(list, round) {
  const shift = round % list.length
  return [...list.slice(shift), ...list.slice(0, shift)]
}

/**
 * Measures contestants `{ name, run(n) }` in turns, A B C, B C A, …: what slows the machine down slows all
 * of them. Ratios to the first contestant are taken inside each round; above 1 is faster than it.
 * `now` tells the time in milliseconds. With `n` each run is of that length, and one warms up; else as
 * long as fills `targetMs`.
 */
export async function compare(
  contestants,
  { rounds = 21, targetMs = 40, n, now = () => performance.now() } = {},
) {
  const entries = []
  for (const contestant of contestants) {
    if (n) await contestant.run(n)
    entries.push({
      contestant,
      n: n ?? (await calibrate(contestant, targetMs, now)),
      rates: [],
    })
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of inTurns(entries, round)) {
      entry.rates.push(await rate(entry.contestant, entry.n, now))
    }
  }
  const [reference] = entries
  return entries.map(({ contestant, rates }) => ({
    name: contestant.name,
    perSecond: median(rates),
    ratio: pairedRatio(rates, reference.rates),
    rates,
  }))
}

/** The median of the ratios within each round. */
export function pairedRatio(rates, references) {
  return median(rates.map((value, round) => value / references[round]))
}

/** {@link compare}, printed. */
export async function report(title, contestants, options) {
  const results = await compare(contestants, options)
  console.log(`\n${title}: ratio to ${results[0].name}, above 1 is faster`)
  for (const { name, ratio, perSecond } of results) {
    const count = Math.round(perSecond).toLocaleString('en-US')
    console.log(`  ${name.padEnd(28)} ${ratio.toFixed(2)}  ${count.padStart(12)}/s`)
  }
  return results
}
