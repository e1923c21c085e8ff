import type { Scenario } from '../harness/scenario.js'

export const publisherKilledAfterCommit: Scenario = {
  number: 2,
  title:
    'an event whose publisher is killed before it answers is delivered, and its repetition is nothing new',
  async run(lab) {
    const survivor = await lab.node({ consumers: [{ name: 'a' }, { name: 'b' }] })
    const before = lab.random.integer(0, 5)
    const doomed = await lab.node({ kill: `publisher.after_commit:${before + 1}` })
    lab.sendTo(doomed)
    for (let count = 0; count < before; count++) await lab.sender.send(lab.sender.event(3))
    const event = lab.sender.event(3)
    const answered = await doomed.publish({ events: [event] }).then(
      () => true,
      () => false,
    )
    const fault = Date.now()
    lab.check(!answered && (await doomed.exited) === 'SIGKILL', 'the publisher was not killed')
    lab.sendTo(survivor)
    await lab.settle()
    lab.recoveryMs = Date.now() - fault
    const stored = () => lab.ledger.count('events WHERE external_id = $1', [event.externalId])
    lab.check((await stored()) === 1, 'the committed event is not stored')
    const { published } = await lab.sender.send(event)
    lab.check(published[0]?.duplicate === true, 'the repeated event was taken for a new one')
    await lab.settle()
    lab.check((await stored()) === 1, 'the repeated event was stored again')
  },
}
