import type { Lab } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'
import type { Attempt } from '../node/settings.js'

const SIZES = {
  short: { keys: 20, each: 20, failRate: 0.04 },
  long: { keys: 50, each: 100, failRate: 0.02 },
}
const NODES = 3
const BUS = { retryLimit: 8 }

export const orderByKey: Scenario = {
  number: 18,
  title:
    'the events of a key are applied in order and one at a time, and a key that fails blocks no other',
  async run(lab) {
    const { keys, each, failRate } = SIZES[lab.size]
    const seed = lab.random.integer(0, 1_000_000)
    const consumers = [{ name: 'keyed', order: 'key' as const, traced: true, failRate, seed }]
    const nodes = []
    for (let count = 0; count < NODES; count++) nodes.push(await lab.node({ bus: BUS, consumers }))
    const stuck = { ...lab.sender.event(), key: 'stuck', poison: 'throws' as const }
    await lab.sender.send(stuck)
    await lab.sender.send({ ...lab.sender.event(), key: 'stuck' })
    const fault = Date.now()
    await lab.sender.load({ total: keys * each, concurrency: 6, keys, perTransaction: 4 }).done
    await lab.waitFor(() => othersDone(lab), 'the other keys to be done', 120_000)
    lab.recoveryMs = Date.now() - fault
    const attempts = nodes.flatMap((node) => node.attempts)
    const clashes = overlaps(attempts)
    lab.check(clashes === 0, `${clashes} attempts at a key began before another had ended`)
    const failed = attempts.filter(({ key, attempt }) => key !== 'stuck' && attempt > 1).length
    lab.check(failed > 0, 'no attempt failed')
    lab.notes.push(`${attempts.length} attempts, ${failed} of them repeated`)
    await lab.settle()
  },
}

const othersDone = async (lab: Lab) =>
  (await lab.ledger.count(
    `business b WHERE key <> 'stuck' AND NOT EXISTS (SELECT FROM effect e WHERE e.event = b.event)`,
  )) === 0

/** How many attempts began while another of the same key was under way. */
function overlaps(attempts: readonly Attempt[]): number {
  const sorted = attempts
    .map(({ key, began, ended }) => ({ key, began: BigInt(began), ended: BigInt(ended) }))
    .toSorted((one, other) => Number(one.began - other.began))
  const lastEnd = new Map<string | null, bigint>()
  let clashes = 0
  for (const { key, began, ended } of sorted) {
    const end = lastEnd.get(key) ?? 0n
    if (began < end) clashes++
    lastEnd.set(key, ended > end ? ended : end)
  }
  return clashes
}
