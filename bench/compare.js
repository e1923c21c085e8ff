/** The middle of a list of numbers. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
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

/**
 * Measures contestants `{ name, run(n) }` in turns, A B C, B C A, …: what slows the machine down slows all
 * of them. Ratios to the first contestant are taken inside each round; above 1 is faster than it.
 * `now` tells the time in milliseconds.
 */
export async function compare(
  contestants,
  { rounds = 21, targetMs = 40, now = () => performance.now() } = {},
) {
  const entries = []
  for (const contestant of contestants) {
    entries.push({ contestant, n: await calibrate(contestant, targetMs, now), rates: [] })
  }
  for (let round = 0; round < rounds; round++) {
    const shift = round % entries.length
    for (const entry of [...entries.slice(shift), ...entries.slice(0, shift)]) {
      entry.rates.push(await rate(entry.contestant, entry.n, now))
    }
  }
  const [reference] = entries
  return entries.map(({ contestant, rates }) => ({
    name: contestant.name,
    perSecond: median(rates),
    ratio: median(rates.map((value, round) => value / reference.rates[round])),
  }))
}

/** {@link compare}, printed. */
export async function report(title, contestants, options) {
  const results = await compare(contestants, options)
  console.log(`\n${title}: ratio to ${results[0].name}, above 1 is faster`)
  for (const { name, ratio, perSecond } of results) {
    const count = Math.round(perSecond).toLocaleString('en-US')
    console.log(`  ${name.padEnd(28)} ${ratio.toFixed(2)}  ${count.padStart(12)}/s`)
  }
}
