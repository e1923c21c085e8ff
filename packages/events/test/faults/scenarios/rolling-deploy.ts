import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from '../harness/scenario.js'

const BUS = { retryLimit: 2, retryBaseSeconds: 0.5, retryMaxSeconds: 0.5 }
// Longer than all retries of a delivery that counts its attempts.
const TOGETHER_MS = 4_000

export const rollingDeploy: Scenario = {
  number: 17,
  title:
    'two versions share the work, and a new consumer gets every event that commits after its registration',
  async run(lab) {
    const old = await lab.node({ version: 1, bus: BUS, consumers: [{ name: 'a' }] })
    const load = lab.sender.load({ concurrency: 3, keys: 10, perTransaction: 2, pauseMs: 10 })
    await delay(lab.random.integer(200, 800))
    const consumers = [{ name: 'a' }, { name: 'late' }]
    const fresh = lab.launch({ version: 2, bus: BUS, consumers })
    // Its row was committed when it was registered; whatever commits later is its own. A publisher that it
    // waited for committed less than a millisecond before.
    const registered = await lab.waitFor(async () => {
      const rows = await lab.ledger.query<{ at: string }>(
        `SELECT pg_xact_commit_timestamp(xmin)::text AS at FROM event_consumers WHERE consumer = 'late'`,
      )
      return rows[0]?.at
    }, 'the new consumer to be registered')
    lab.expect({ consumer: 'late', ordered: false, since: registered })
    await fresh.whenReady()
    await delay(TOGETHER_MS)
    const newer = await lab.ledger.count('events WHERE version = 2')
    lab.check(newer > 0, 'the new version published nothing')
    const end = await old.end('SIGTERM')
    lab.check(end === 0, `the old version ended with ${end}`)
    const fault = Date.now()
    await load.stop()
    await lab.settle()
    lab.recoveryMs = Date.now() - fault
    const dead = await lab.deadLetters()
    lab.check(dead.length === 0, `${dead.length} events of another version became dead letters`)
    const upcast = await lab.ledger.count(
      `effect e JOIN events v ON v.id = e.event WHERE v.version = 1 AND e.node = $1`,
      [fresh.name],
    )
    lab.check(upcast > 0, 'the new version handled no event of the old one')
    lab.notes.push(`${lab.sender.acknowledged.length} events, ${upcast} of them upcast`)
  },
}
