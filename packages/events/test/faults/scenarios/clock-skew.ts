import type { Lab } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'

const TEN_MINUTES = 600_000
const EVENTS = { short: 60, long: 300 }
const LATE_SECONDS = 60
// Longer than a machine stalls, and shorter than the clocks are off: a wrong one would end claims at once.
const BUS = { claimSeconds: 60 }
const EVERY_SECOND = '* * * * * *'

export const clockSkew: Scenario = {
  number: 15,
  title:
    'nodes whose clocks are ten minutes off deliver neither early nor late, and take no claim away',
  async run(lab) {
    const seed = lab.random.integer(0, 1_000_000)
    const consumers = [
      // Long enough for the others to look.
      { name: 'patient', workMs: 1_000 },
      // Nine failures in a row, which the nodes would give up after, do happen by chance.
      { name: 'flaky', failRate: 0.3, seed, retry: { limit: 30 } },
    ]
    for (const skewMs of [0, TEN_MINUTES, -TEN_MINUTES])
      await lab.node({ bus: BUS, consumers, skewMs, cron: EVERY_SECOND })
    const fault = Date.now()
    await lab.sender.load({ total: EVENTS[lab.size], concurrency: 3, keys: 5 }).done
    await lab.settle()
    lab.recoveryMs = Date.now() - fault
    const taken = await lab.ledger.count(`effect WHERE consumer = 'patient' AND attempt > 1`)
    lab.check(taken === 0, `${taken} deliveries were taken away before their claim was over`)
    const retried = await lab.ledger.count(`effect WHERE consumer = 'flaky' AND attempt > 1`)
    lab.check(retried > 0, 'no delivery was tried again')
    const dead = await lab.deadLetters()
    lab.check(dead.length === 0, `${dead.length} events became dead letters`)
    const nodes = await lab.ledger.query('SELECT DISTINCT node FROM effect')
    lab.check(nodes.length === 3, `only ${nodes.length} of three nodes took part`)
    await checkRuns(lab)
  },
}

/** Every run at the second for which it was scheduled, and by one node. */
async function checkRuns(lab: Lab): Promise<void> {
  const runs = await lab.waitFor(async () => {
    const rows = await lab.ledger.query<{ due: string; late: number }>(
      `SELECT due_at::text AS due, extract(epoch FROM at - due_at)::float8 AS late FROM cron_runs`,
    )
    return rows.length >= 3 && rows
  }, 'three scheduled runs')
  const twice = runs.length - new Set(runs.map(({ due }) => due)).size
  lab.check(twice === 0, `${twice} scheduled runs were made twice`)
  const wrong = runs.filter(({ late }) => late < 0 || late > LATE_SECONDS).length
  lab.check(wrong === 0, `${wrong} scheduled runs came early or late`)
  lab.notes.push(`${runs.length} scheduled runs`)
}
