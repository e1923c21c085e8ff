import type { Scenario } from '../harness/scenario.js'
import { consumerKilled } from './consumer-killed.js'

export const consumerKilledCommitted: Scenario = {
  number: 6,
  title: 'what a consumer had committed when it was killed is not delivered again',
  async run(lab) {
    const consumers = [
      { name: 'a', traced: true },
      { name: 'b', traced: true },
    ]
    const { doomed, survivor } = await consumerKilled(lab, 'consumer.after_commit', consumers)
    await lab.outlastClaims()
    const committed = await lab.ledger.query<{ consumer: string; event: string }>(
      'SELECT consumer, event FROM effect WHERE node = $1',
      [doomed.name],
    )
    lab.check(committed.length > 0, 'the consumer was killed before it committed anything')
    const done = new Set(committed.map(({ consumer, event }) => `${consumer} ${event}`))
    const again = survivor.attempts.filter((one) => done.has(`${one.consumer} ${one.event}`))
    lab.check(again.length === 0, `${again.length} committed deliveries came again`)
  },
}
