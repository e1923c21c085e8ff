import type { Scenario } from '../harness/scenario.js'

const DELIVERIES = 50

export const sameWebhook: Scenario = {
  number: 9,
  title: 'one webhook delivered fifty times at once to two nodes, and again later, is one event',
  async run(lab) {
    const consumers = [{ name: 'a' }, { name: 'b' }]
    const nodes = [await lab.node({ consumers }), await lab.node({ consumers })]
    const event = lab.sender.event(3)
    const deliver = async () => {
      const replies = await Promise.allSettled(
        Array.from({ length: DELIVERIES }, () =>
          lab.random.pick(nodes).publish({ events: [event] }),
        ),
      )
      const failed = replies.filter(({ status }) => status === 'rejected').length
      lab.check(failed === 0, `${failed} of ${DELIVERIES} deliveries were not answered with 200`)
      return replies.flatMap((reply) => (reply.status === 'fulfilled' ? reply.value.published : []))
    }
    const first = await deliver()
    await lab.settle()
    await lab.outlastClaims()
    const later = await deliver()
    await lab.settle()
    const all = [...first, ...later]
    const fresh = all.filter(({ duplicate }) => !duplicate).length
    lab.check(fresh === 1, `${fresh} deliveries were taken for a new event`)
    lab.check(new Set(all.map(({ id }) => id)).size === 1, 'the deliveries were given several ids')
    const stored = await lab.ledger.count('events WHERE external_id = $1', [event.externalId])
    lab.check(stored === 1, `the event is stored ${stored} times`)
  },
}
