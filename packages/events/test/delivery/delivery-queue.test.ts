import { randomUUID } from 'node:crypto'
import { waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import { CLAIM_ORDERED } from '../../src/delivery/claim.js'
import { DeliveryQueue } from '../../src/delivery/delivery-queue.js'
import { application, record } from '../application.js'

const ordered = record('clerk', { order: 'key' })

/** An application that handles nothing, and the queues of two processes that would. */
async function twoProcesses(t: ExecutionContext) {
  const app = await application(t, { on: [ordered], config: { consume: false } })
  const queue = () => new DeliveryQueue(app.db, ordered, 20)
  return { ...app, one: queue(), other: queue() }
}

test('while one event of a key is being claimed, one that is redriven before it is not', async (t) => {
  const { db, bus, publish, one, other } = await twoProcesses(t)
  await publish('a-1')
  const [dead] = await one.claimFreshFromLanes(1)
  t.truthy(dead && (await one.held.bury(dead, 'broken')))
  await publish('a-2')

  // The claim of the second stops when it has chosen it, and before it is made.
  await db.query(`
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END';
    CREATE TRIGGER wait BEFORE UPDATE ON event_deliveries FOR EACH ROW
      WHEN (NEW.position = 2) EXECUTE FUNCTION wait()`)
  const locks = async (granted: boolean) =>
    (
      await db.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted = $1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        [granted],
      )
    ).length
  const claims = await db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(4711)')
    const claiming = one.claimFreshFromLanes(10)
    await waitFor(async () => (await locks(false)) === 1, { what: 'the claim to be under way' })
    t.is(await bus.deadLetters.redrive(), 1)
    const meanwhile = other.claimFreshFromLanes(10)
    await Promise.race([meanwhile, waitFor(async () => (await locks(false)) === 2)])
    return { claiming, meanwhile }
  })
  t.is((await claims.claiming).length, 1)
  t.deepEqual(await claims.meanwhile, [])
})

for (const many of [false, true]) {
  test(`lanes have their turns where ${many ? 'much' : 'little'} is due`, async (t) => {
    const { publish, db, one } = await twoProcesses(t)
    for (const text of ['a-1', 'a-2', 'a-3', 'b-1', 'c-1']) await publish(text)
    if (many) for (let n = 0; n < 100; n++) await publish(`d-${n}`)
    const heard: unknown[] = []
    for (let n = 0; n < 5; n++) {
      const [claim] = await one.claimFreshFromLanes(1)
      heard.push(claim?.event.key)
      await db.query('DELETE FROM event_deliveries WHERE position = $1', [claim?.position])
    }
    t.deepEqual(heard, many ? ['a', 'b', 'c', 'd', 'a'] : ['a', 'b', 'c', 'a', 'a'])
  })
}

test('a claim takes no step to lanes that wait for their time', async (t) => {
  const { publish, db } = await twoProcesses(t)
  await db.query(`
    WITH stored AS (
      INSERT INTO events (id, event_type, payload, version, key, correlation_id)
      SELECT gen_random_uuid(), 'test.noted', '{"text":"a"}', 1, n, gen_random_uuid()
      FROM generate_series(1, 5000) AS n RETURNING position, key
    )
    INSERT INTO event_deliveries (position, consumer, lane, due_at)
    SELECT position, 'clerk', key, now() + interval '1 hour' FROM stored`)
  await publish('z-1')
  await db.query('VACUUM ANALYZE event_deliveries')
  const [row] = await db.query<{ 'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number } }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${CLAIM_ORDERED}`,
    ['clerk', 1, null, false, false, false, randomUUID(), 20],
  )
  const pages = row?.['QUERY PLAN'][0].Plan['Shared Hit Blocks'] ?? Infinity
  t.log({ pages })
  // A step to each lane would read some of each.
  t.true(pages < 500)
})
