import { randomUUID } from 'node:crypto'
import type { Transaction } from '@titanforge/core'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import pg from 'pg'
import { DeliveryQueue } from '../../src/delivery/delivery-queue.js'
import { CLAIM_FRESH } from '../../src/delivery/claim.js'
import { Lookout, NO_HORIZON, type Horizon } from '../../src/delivery/lookout.js'
import { take } from '../../src/delivery/take.js'
import { application, record } from '../application.js'

/** A consumer that is worked by hand, by a queue that looks no further than its lookout says. */
async function byHand(t: ExecutionContext) {
  const subscription = record('a')
  const app = await application(t, { on: [subscription], config: { consume: false } })
  const queue = new DeliveryQueue(app.db, subscription, 20)
  const lookout = new Lookout(app.db, ['a'], NO_PAUSE)
  return {
    ...app,
    queue,
    async look(far: boolean) {
      for (const { rule, horizon } of await lookout.look(far)) queue.follow(rule, horizon)
    },
    async handle(count: number) {
      const claims = [
        ...(await queue.claimFresh(count)),
        ...(await queue.claimRetried()),
        ...(await queue.claimSuspect()),
      ]
      for (const claim of claims) await app.db.transaction((tx) => take(tx, 'a', [claim], 20))
      return claims.map(({ event }) => event.id)
    },
    /** Stores an event whose delivery came due so long ago, in seconds, as where its publisher was slow. */
    async arrive(secondsAgo: number, tx: Pick<Transaction, 'query'> = app.db) {
      const id = randomUUID()
      await tx.query(
        `WITH stored AS (
           INSERT INTO events (id, event_type, payload, version, correlation_id)
           VALUES ($1, 'test.noted', '{"text":"a"}', 1, $1) RETURNING position
         )
         INSERT INTO event_deliveries (position, consumer, due_at)
         SELECT position, 'a', now() - $2 * interval '1 second' FROM stored`,
        [id, secondsAgo],
      )
      return id
    },
  }
}

test('what comes due before the horizon is found by the next look at everything, and only then', async (t) => {
  const { look, handle, arrive } = await byHand(t)
  await look(true)
  const late = await arrive(3_600)
  t.deepEqual(await handle(10), [])
  await look(false)
  t.deepEqual(await handle(10), [])
  await look(true)
  t.deepEqual(await handle(10), [late])
})

test('nothing is missed, whatever comes late, is left behind, redriven or given back', async (t) => {
  const { db, bus, queue, look, handle, arrive } = await byHand(t)
  const step = fc.oneof(
    // Late commits, and a clock that was an hour ahead and was put back.
    fc.record({ do: fc.constant('arrive'), ago: fc.constantFrom(0, 0.5, 3, 3_600) }),
    fc.record({
      do: fc.constantFrom('look', 'far', 'handle', 'crash', 'retry', 'release', 'redrive'),
    }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const arrived: string[] = []
      const handled: string[] = []
      const claim = async () => [...(await queue.claimFresh(1)), ...(await queue.claimRetried())]
      for (const one of steps) {
        if ('ago' in one) arrived.push(await arrive(one.ago))
        else if (one.do === 'handle') handled.push(...(await handle(2)))
        else if (one.do === 'retry')
          for (const each of await claim()) await queue.held.retry(each, 0)
        else if (one.do === 'release') await queue.held.release(await claim())
        else if (one.do === 'redrive') {
          for (const each of await claim()) await queue.held.bury(each, 'no')
          await bus.deadLetters.redrive()
        } else if (one.do === 'crash') {
          for (const { position } of await claim()) {
            await db.query(
              "UPDATE event_deliveries SET due_at = now() - interval '1 second' WHERE position = $1",
              [position],
            )
          }
        } else await look(one.do === 'far')
      }
      await look(true)
      for (let some = await handle(50); some.length > 0; some = await handle(50))
        handled.push(...some)
      t.deepEqual(handled.toSorted(), arrived.toSorted())
    }),
    { numRuns: 40 },
  )
})

test('behind a long transaction a claim does not read what is gone', async (t) => {
  const { db, url, arrive } = await byHand(t)
  const pin = new pg.Client(url)
  await pin.connect()
  t.teardown(() => pin.end())
  await pin.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await pin.query('SELECT 1 FROM events')
  await db.query(`
    WITH stored AS (
      INSERT INTO events (id, event_type, payload, version, correlation_id)
      SELECT gen_random_uuid(), 'test.noted', '{}', 1, gen_random_uuid() FROM generate_series(1, 20000)
      RETURNING position
    )
    INSERT INTO event_deliveries (position, consumer, due_at)
    SELECT position, 'a', now() - interval '1 minute' FROM stored`)
  await db.query('DELETE FROM event_deliveries')
  await arrive(0)
  const [prospect] = await new Lookout(db, ['a'], NO_PAUSE).look(true)
  const pagesRead = async (horizon: Horizon) => {
    const claim = [CLAIM_FRESH, ['a', 1, horizon.fresh, randomUUID(), 20]] as const
    const [row] = await db.query<{ 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number } }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${claim[0]}`,
      claim[1],
    )
    return row?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] ?? 0
  }
  const near = await pagesRead(prospect?.horizon ?? NO_HORIZON)
  await arrive(0)
  const far = await pagesRead(NO_HORIZON)
  t.log({ near, far })
  t.true(near < far / 10)
})

const NO_PAUSE = { retryBaseSeconds: 0, retryMaxSeconds: 0 }
