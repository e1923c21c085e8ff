import type { Lab } from '../harness/lab.js'
import type { NodeProcess } from '../harness/node-process.js'
import type { Scenario } from '../harness/scenario.js'
import type { ConsumerSettings, Poison } from '../node/settings.js'

const KINDS: readonly Poison[] = ['throws', 'schema', 'kills']
const BUS = { retryLimit: 2, retryBaseSeconds: 0.5, retryMaxSeconds: 1 }
const HEALTHY = 30
const KEYS = 12

export const poison: Scenario = {
  number: 13,
  title:
    'poison of three kinds becomes dead letters, the rest flows on, and after the cure all is applied once',
  async run(lab) {
    const publisher = await lab.node({ bus: BUS })
    lab.sendTo(publisher)
    const consumers = [
      { name: 'a' },
      { name: 'keyed', order: 'key' as const },
      // Has many events at work at once when it is killed.
      { name: 'patient', workMs: 50 },
    ]
    const start = () => lab.node({ bus: BUS, consumers, refusesPoison: true })
    // Registers the consumers; then all comes at once, and the poison is claimed with what is around it.
    await (await start()).end('SIGTERM')
    for (let count = 0; count < HEALTHY; count++) {
      await lab.sender.send({ ...lab.sender.event(KEYS), poison: KINDS[count - HEALTHY / 2] })
    }
    const supervised = await supervise(start)
    const fault = Date.now()
    await lab.sender.load({ total: HEALTHY, concurrency: 1, keys: KEYS, pauseMs: 20 }).done
    await lab.settle()
    lab.recoveryMs = Date.now() - fault
    const dead = await publisher.deadLetters()
    const poisoned = await lab.ledger.query<{ event: string }>(
      `SELECT id AS event FROM events WHERE payload ->> 'poison' IS NOT NULL`,
    )
    const expected = consumers.flatMap(({ name }) =>
      poisoned.map(({ event }) => `${name} ${event}`),
    )
    const found = dead.map(({ consumer, eventId }) => `${consumer} ${eventId}`)
    lab.check(
      found.toSorted().join() === expected.toSorted().join(),
      `${found.length} dead letters instead of the ${expected.length} of the poison`,
    )
    // The last poison kept being tried while all that was healthy went by.
    const lastDeath = Math.max(...dead.map(({ at }) => new Date(at).getTime()))
    const held = await lab.ledger.count(`effect WHERE consumer = 'a' AND at > $1`, [
      new Date(lastDeath),
    ])
    lab.check(held === 0, `${held} healthy events waited for the poison`)
    lab.notes.push(`${found.length} dead letters, ${supervised.restarts()} restarts`)
    await supervised.stop()
    await cure(lab, consumers)
  },
}

/** Starts a node again whenever it ends, as whoever runs it would. */
async function supervise(start: () => Promise<NodeProcess>) {
  let node = await start()
  let restarts = 0
  let stopping = false
  const watch = async () => {
    for (;;) {
      await node.exited
      if (stopping) return
      restarts++
      node = await start()
    }
  }
  const watching = watch()
  return {
    restarts: () => restarts,
    async stop() {
      stopping = true
      node.signal('SIGTERM')
      await watching
    },
  }
}

async function cure(lab: Lab, consumers: readonly ConsumerSettings[]): Promise<void> {
  const healed = consumers.map((consumer) => ({ ...consumer, cured: true }))
  const node = await lab.node({ bus: BUS, consumers: healed })
  // What comes late by an operator's hand comes out of order.
  for (const { name } of consumers) {
    const disorder = await lab.disorderOf(name)
    if (name === 'keyed') lab.check(disorder === 0, `${disorder} events of a key overtook another`)
    lab.expect({ consumer: name, ordered: false })
    const redriven = await node.redrive(name)
    lab.check(redriven === KINDS.length, `${redriven} dead letters of ${name} were delivered again`)
  }
  await lab.waitFor(async () => (await lab.missing()) === 0, 'the dead letters to be applied')
  await lab.outlastClaims()
  lab.check((await node.deadLetters()).length === 0, 'there are dead letters after the cure')
}
