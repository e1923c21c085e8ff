import { waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
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
  t.truthy(dead && (await one.bury(dead, 'broken')))
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
