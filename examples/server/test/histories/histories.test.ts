import test from 'ava'
import fc from 'fast-check'
import { history } from './history.js'
import { play } from './play.js'
import { openStage } from './stage.js'

// `npm run histories` plays more and longer ones, over two processes.
const SEEDS = [1, 2, 3, 4, 5, 6]

test.serial(
  'whatever people do and becomes of webhooks, the database ends as Stripe is',
  async (t) => {
    t.timeout(240_000)
    const stage = await openStage({ processes: 1 })
    t.teardown(() => stage.close())
    for (const seed of SEEDS) {
      const [one] = fc.sample(history(16), { seed, numRuns: 1 })
      if (one)
        t.deepEqual(await play(stage, one), [], `npm run histories -- --steps 16 --seed ${seed}`)
    }
  },
)
