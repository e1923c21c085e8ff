import type { Lab } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'
import type { TcpProxy } from '../harness/tcp-proxy.js'

export const connectionLost: Scenario = {
  number: 11,
  title: 'a connection that is lost inside a transaction takes all of the transaction with it',
  async run(lab) {
    const proxy = await lab.proxy()
    const url = proxy.before(lab.url)
    const witness = await lab.node({ consumers: [{ name: 'a' }] })
    for (const lose of [cut, terminate]) {
      const publisher = await lab.node({ url, pause: 'publisher.before_commit:1' })
      const event = lab.sender.event(3)
      const publishing = publisher.publish({ events: [event] }).then(
        () => true,
        () => false,
      )
      await publisher.whenReached('publisher.before_commit')
      await lose(lab, proxy)
      publisher.go()
      lab.check(!(await publishing), 'a publisher that lost its transaction reported success')
      for (const table of ['business', 'events']) {
        const found = await lab.ledger.count(`${table} WHERE external_id = $1`, [event.externalId])
        lab.check(found === 0, `${table} has the event of a transaction that was lost`)
      }
      lab.sendTo(publisher)
      await lab.sender.send(event)
      await lab.settle()
      await publisher.end('SIGTERM')
    }
    await witness.end('SIGTERM')
    const recoveries: number[] = []
    for (const lose of [cut, terminate]) {
      const consumers = [{ name: 'a' }]
      const consumer = await lab.node({ url, consumers, pause: 'consumer.before_commit:1' })
      lab.sendTo(consumer)
      await lab.sender.send(lab.sender.event(3))
      await consumer.whenReached('consumer.before_commit')
      await lose(lab, proxy)
      const fault = Date.now()
      consumer.go()
      await lab.settle()
      recoveries.push(Date.now() - fault)
      lab.check(!consumer.ended, 'the consumer ended with its connection')
      await consumer.end('SIGTERM')
    }
    lab.recoveryMs = Math.max(...recoveries)
  },
}

type Lose = (lab: Lab, proxy: TcpProxy) => Promise<void>

const cut: Lose = async (_lab, proxy) => proxy.cut()

const terminate: Lose = async (lab) => {
  const ended = await lab.ledger.count(
    `(SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction') AS ended`,
  )
  lab.check(ended > 0, 'no transaction was open')
}
