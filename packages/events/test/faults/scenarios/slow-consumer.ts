import { setTimeout as delay } from 'node:timers/promises'
import type { Lab } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'

const SIZES = {
  // A window of two seconds on a busy machine tells nothing; the long run holds it to what is promised.
  short: { backlog: 5_000, measureMs: 2_000, slack: Infinity, noiseMs: 0 },
  long: { backlog: 100_000, measureMs: 20_000, slack: 2, noiseMs: 30 },
}
const BATCH = 250
const WORK_MS = 100
// Longer than a machine stalls, and shorter than the backlog takes.
const BUS = { claimSeconds: 20 }
const GROWTH_BYTES = 200 * 2 ** 20

export const slowConsumer: Scenario = {
  number: 14,
  title: 'a consumer with a long backlog slows no other, holds no memory and loses no claim',
  soaks: true,
  async run(lab) {
    const { backlog, measureMs, slack, noiseMs } = SIZES[lab.size]
    lab.sendTo(await lab.node())
    const alone = await lab.node({ bus: BUS, consumers: [{ name: 'quick' }] })
    await measure(lab, 500)
    const baseline = await measure(lab, measureMs)
    await alone.end('SIGTERM')
    const consumers = [{ name: 'quick' }, { name: 'slow', workMs: WORK_MS }]
    const node = await lab.node({ bus: BUS, consumers })
    lab.expect({ consumer: 'slow', ordered: false, since: await lab.ledger.now() })
    const memory = await node.memory()
    await publishBacklog(lab, backlog)
    await lab.waitFor(() => lab.isDone('quick'), 'the quick consumer to catch up', 600_000)
    const behind = backlog - (await lab.ledger.count(`effect WHERE consumer = 'slow'`))
    lab.check(behind > backlog / 4, 'the slow consumer has no backlog')
    const loaded = await measure(lab, measureMs)
    const growth = (await node.memory()) - memory
    lab.notes.push(
      `p95 ${baseline.toFixed()} ms alone, ${loaded.toFixed()} ms beside a backlog of ${behind}`,
      `${(growth / 2 ** 20).toFixed()} MB more`,
    )
    lab.check(
      loaded <= slack * baseline + noiseMs,
      `p95 of the quick consumer went from ${baseline.toFixed()} to ${loaded.toFixed()} ms`,
    )
    lab.check(growth < GROWTH_BYTES, `memory grew by ${(growth / 2 ** 20).toFixed()} MB`)
    const expired = await lab.ledger.count('effect WHERE attempt > 1')
    lab.check(expired === 0, `${expired} deliveries were made again, though none failed`)
    // The rest of the backlog is for a version that is quick.
    await node.end('SIGTERM')
    await lab.node({ consumers: [{ name: 'quick' }, { name: 'slow' }] })
    const fault = Date.now()
    await lab.settle(600_000)
    lab.recoveryMs = Date.now() - fault
  },
}

async function publishBacklog(lab: Lab, size: number): Promise<void> {
  for (let sent = 0; sent < size; sent += BATCH) {
    await lab.sender.send(...Array.from({ length: BATCH }, () => lab.sender.event()))
  }
}

/** Publishes steadily, and gives the 95th percentile from commit to effect, in milliseconds. */
async function measure(lab: Lab, ms: number): Promise<number> {
  const since = await lab.ledger.now()
  const load = lab.sender.load({ concurrency: 1, pauseMs: 20 })
  await delay(ms)
  await load.stop()
  await lab.waitFor(() => lab.isDone('quick'), 'the quick consumer to be done')
  const [row] = await lab.ledger.query<{ p95: number }>(
    `SELECT percentile_cont(0.95) WITHIN GROUP (
       ORDER BY extract(epoch FROM e.at - pg_xact_commit_timestamp(b.xmin)) * 1000)::float8 AS p95
     FROM business b JOIN effect e ON e.event = b.event AND e.consumer = 'quick'
     WHERE b.at >= $1`,
    [since],
  )
  return row?.p95 ?? Infinity
}
