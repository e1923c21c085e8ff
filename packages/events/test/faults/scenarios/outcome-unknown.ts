import type { Scenario } from '../harness/scenario.js'

export const outcomeUnknown: Scenario = {
  number: 3,
  title:
    'a connection that ends between COMMIT and its reply leads to one event, whoever repeats it',
  async run(lab) {
    await lab.node({ consumers: [{ name: 'a' }, { name: 'b' }] })
    const proxy = await lab.proxy()
    const publisher = await lab.node({ url: proxy.before(lab.url) })
    lab.sendTo(publisher)
    const recoveries: number[] = []
    for (const moment of ['committed', 'sent', 'committed', 'sent'] as const) {
      const event = lab.sender.event(3)
      const ended = proxy.endAtCommit(moment)
      const answered = await publisher.publish({ events: [event] }).then(
        () => true,
        () => false,
      )
      await ended
      const fault = Date.now()
      lab.check(!answered, 'a publisher that did not hear of its commit reported success')
      const { published } = await lab.sender.send(event)
      // What the server had committed is known; what was only sent may have been lost.
      if (moment === 'committed') {
        lab.check(published[0]?.duplicate === true, 'a committed event was taken for a new one')
      }
      await lab.settle()
      recoveries.push(Date.now() - fault)
      const stored = await lab.ledger.count('events WHERE external_id = $1', [event.externalId])
      lab.check(stored === 1, `an event of unknown outcome is stored ${stored} times`)
    }
    lab.recoveryMs = Math.max(...recoveries)
  },
}
