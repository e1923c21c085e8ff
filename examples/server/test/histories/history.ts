import fc from 'fast-check'
import { action, type Action } from './action.js'
import type { Chaos } from './stage.js'

/** What happens: step after step, and within a step at once. */
export interface History {
  seed: string
  chaos: Chaos
  steps: Action[][]
}

const share = (most: number) => fc.integer({ min: 0, max: 10 }).map((n) => (n / 10) * most)

const chaos: fc.Arbitrary<Chaos> = fc.record({
  duplicate: share(0.5),
  twin: share(0.3),
  reorder: fc.integer({ min: 1, max: 12 }),
  delay: fc.integer({ min: 0, max: 20 }),
  drop: share(0.5),
  lose: share(0.3),
  // No more than the reconciler looks back.
  same_second: fc.constantFrom(1, 60, 600),
  api_version: fc.constantFrom(null, '2024-06-20'),
})

/** @param most how many steps a history may have. */
export const history = (most: number): fc.Arbitrary<History> =>
  fc.record({
    seed: fc.nat().map(String),
    chaos,
    steps: fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), {
      minLength: Math.ceil(most / 2),
      maxLength: most,
      size: 'max',
    }),
  })
