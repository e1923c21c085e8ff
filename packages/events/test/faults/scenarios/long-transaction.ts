import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Lab } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'

const SIZES = {
  // A window of seconds on a busy machine tells nothing; the long run holds it to what is promised.
  short: { windowMs: 3_000, pinnedMs: 7_000, soakMs: 0, leastRatio: 0 },
  long: { windowMs: 30_000, pinnedMs: 600_000, soakMs: 1_800_000, leastRatio: 0.7 },
}
const BACKSTOP_MS = 10_000
const SPARE_BYTES = 2 ** 20

export const longTransaction: Scenario = {
  number: 20,
  title:
    'a long transaction and a dead notification channel slow deliveries at most, and leave no bloat',
  soaks: true,
  async run(lab) {
    const { windowMs, pinnedMs, soakMs, leastRatio } = SIZES[lab.size]
    const proxy = await lab.proxy()
    lab.sendTo(await lab.node())
    const consumers = [{ name: 'a' }, { name: 'b' }]
    const node = await lab.node({ url: proxy.before(lab.url), consumers })
    await throughput(lab, windowMs / 4)
    const before = await throughput(lab, windowMs)
    await lab.settle()
    const baseline = await queueBytes(lab)

    const release = await pinSnapshot(lab.url)
    await steadyLoad(lab, pinnedMs - windowMs)
    const pinned = await throughput(lab, windowMs)
    await lab.settle()
    await release()
    await lab.ledger.query('VACUUM')
    const after = await throughput(lab, windowMs)
    await steadyLoad(lab, soakMs)
    await lab.settle(600_000)
    const bytes = await queueBytes(lab)
    // The slower of two windows, since a machine that others use has ups and downs of its own.
    const ratio = pinned / Math.min(before, after)
    lab.notes.push(
      `${before.toFixed()} effects/s, ${pinned.toFixed()} beside the long transaction, ${after.toFixed()} after`,
      `queues ${kilobytes(baseline)} before, ${kilobytes(bytes)} after`,
    )
    lab.check(ratio >= leastRatio, `throughput fell to ${(100 * ratio).toFixed()} %`)
    lab.check(
      bytes <= baseline + SPARE_BYTES,
      `the queues grew from ${kilobytes(baseline)} to ${kilobytes(bytes)}`,
    )

    lab.check(proxy.halfOpen({ onlyListeners: true }) > 0, 'no connection listens')
    const waits: number[] = []
    for (let count = 0; count < 5; count++) {
      const sent = Date.now()
      await lab.sender.send(lab.sender.event())
      await lab.settle()
      waits.push(Date.now() - sent)
    }
    lab.recoveryMs = Math.max(...waits)
    lab.check(lab.recoveryMs <= BACKSTOP_MS, `polling took ${lab.recoveryMs} ms`)
    lab.check(!node.ended, 'the node ended with its notification channel')
    const warned = () => node.output.includes('notifications are cut')
    await lab.waitFor(warned, 'a warning that notifications are cut')
  },
}

// Without keys: the publishers' own counters of a key would be rows of which each version stays, too.

/** Loads the nodes for so long, and gives the effects a second. */
async function throughput(lab: Lab, ms: number): Promise<number> {
  const effects = () => lab.ledger.count('effect')
  const [before, began] = [await effects(), performance.now()]
  const load = lab.sender.load({ concurrency: 4, perTransaction: 3 })
  await delay(ms)
  const rate = ((await effects()) - before) / ((performance.now() - began) / 1000)
  await load.stop()
  return rate
}

/** What an ordinary day brings: much less than the nodes can do. */
async function steadyLoad(lab: Lab, ms: number): Promise<void> {
  const load = lab.sender.load({ concurrency: 2, perTransaction: 3, pauseMs: 50 })
  await delay(ms)
  await load.stop()
}

/** Begins a transaction such as a long report's, which keeps every dead row alive. */
async function pinSnapshot(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await client.query('SELECT count(*) FROM business')
  return () => client.end()
}

// The log and the ledger grow with every event, and are meant to.
const LOGS = ['events', 'event_inbox', 'business', 'effect', 'positions']

/** The size of everything but the logs, when what is dead has been cleared away. */
async function queueBytes(lab: Lab): Promise<number> {
  await lab.ledger.query('VACUUM')
  const [row] = await lab.ledger.query<{ bytes: string }>(
    `SELECT sum(pg_relation_size(relid)) AS bytes FROM pg_stat_user_tables WHERE relname <> ALL($1)`,
    [LOGS],
  )
  return Number(row?.bytes ?? 0)
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed()} kB`
