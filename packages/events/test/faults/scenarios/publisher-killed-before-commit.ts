import type { Scenario } from '../harness/scenario.js'

export const publisherKilledBeforeCommit: Scenario = {
  number: 1,
  title: 'a publisher killed before its COMMIT leaves neither its row nor the event',
  async run(lab) {
    const survivor = await lab.node({ consumers: [{ name: 'a' }, { name: 'b' }] })
    const before = lab.random.integer(0, 5)
    const doomed = await lab.node({ kill: `publisher.before_commit:${before + 1}` })
    lab.sendTo(doomed)
    for (let count = 0; count < before; count++) await lab.sender.send(lab.sender.event(3))
    const event = lab.sender.event(3)
    const answered = await doomed.publish({ events: [event] }).then(
      () => true,
      () => false,
    )
    const fault = Date.now()
    lab.check(!answered && (await doomed.exited) === 'SIGKILL', 'the publisher was not killed')
    for (const table of ['business', 'events']) {
      const found = await lab.ledger.count(`${table} WHERE external_id = $1`, [event.externalId])
      lab.check(found === 0, `${table} has the event of a publisher that never committed`)
    }
    lab.sendTo(survivor)
    const { published } = await lab.sender.send(event)
    lab.check(!published[0]?.duplicate, 'the repeated event was taken for a duplicate')
    await lab.settle()
    lab.recoveryMs = Date.now() - fault
  },
}
