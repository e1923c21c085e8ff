/** A way to deliver a recording: in which steps, and of each step to which of the two processes. */
export interface Variant {
  name: string
  /** Each step is delivered at once, and the next when it is answered. */
  steps(deliveries: readonly string[]): { body: string; process: 0 | 1 }[][]
}

const one = (body: string) => [{ body, process: 0 as const }]

export const asRecorded: Variant = {
  name: 'as recorded',
  steps: (deliveries) => deliveries.map(one),
}

export const doubled: Variant = {
  name: 'doubled',
  steps: (deliveries) =>
    deliveries.map((body) => [
      { body, process: 0 },
      { body, process: 1 },
    ]),
}

export const inParallel: Variant = {
  name: 'in parallel',
  steps: (deliveries) => [deliveries.map((body, n) => ({ body, process: n % 2 === 0 ? 0 : 1 }))],
}

export const shuffled = (seed: number): Variant => ({
  name: `shuffled by ${seed}`,
  steps: (deliveries) => shuffle(deliveries, seed).map(one),
})

/** Fisher and Yates, with numbers that a seed repeats. */
function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  const next = numbers(seed)
  const left = [...items]
  const shuffled: Item[] = []
  while (left.length > 0) shuffled.push(...left.splice(Math.floor(next() * left.length), 1))
  return shuffled
}

/** Mulberry32: from 0 on, below 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
