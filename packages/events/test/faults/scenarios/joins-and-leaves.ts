import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from '../harness/scenario.js'

const JOINS = { short: 6, long: 20 }

export const joinsAndLeaves: Scenario = {
  number: 16,
  title:
    'nodes that start at once on an empty database, come and go under load leave one schema and no gap',
  async run(lab) {
    const consumers = [{ name: 'a' }, { name: 'keyed', order: 'key' as const }]
    const node = () => lab.node({ consumers })
    const members = await Promise.all([node(), node()])
    const applied = await lab.ledger.query<{ name: string }>('SELECT name FROM migrations')
    const names = new Set(applied.map(({ name }) => name))
    lab.check(
      names.size === applied.length && names.has('faults/0001-ledger'),
      'a migration ran twice',
    )
    const load = lab.sender.load({ concurrency: 3, keys: 10, perTransaction: 2, pauseMs: 10 })
    for (let join = 0; join < JOINS[lab.size]; join++) {
      members.push(await node())
      await delay(lab.random.integer(0, 300))
      const [leaving] = members.splice(lab.random.integer(0, members.length - 1), 1)
      const signal = lab.random.chance(0.5) ? 'SIGTERM' : 'SIGKILL'
      const end = await leaving?.end(signal)
      lab.check(end === (signal === 'SIGTERM' ? 0 : signal), `a node that left ended with ${end}`)
    }
    const fault = Date.now()
    await load.stop()
    await lab.settle()
    lab.recoveryMs = Date.now() - fault
    const [row] = await lab.ledger.query<{ deadlocks: number }>(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    )
    lab.check(row?.deadlocks === 0, `PostgreSQL met ${row?.deadlocks} deadlocks`)
    lab.notes.push(`${lab.sender.acknowledged.length} events`)
  },
}
