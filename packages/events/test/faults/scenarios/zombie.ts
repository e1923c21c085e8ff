import { setTimeout as delay } from 'node:timers/promises'
import { BUS } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'

export const zombie: Scenario = {
  number: 8,
  title: 'a consumer that was frozen for longer than its claim commits nothing when it wakes',
  async run(lab) {
    lab.sendTo(await lab.node())
    const recoveries: number[] = []
    for (const point of ['consumer.prepared', 'consumer.before_commit'] as const) {
      const { url: provider } = await lab.provider()
      const consumers = [{ name: 'a', provider }]
      const frozen = await lab.node({ consumers, stop: `${point}:1` })
      const fault = Date.now()
      await lab.sender.send(lab.sender.event())
      await frozen.whenReached(point)
      const healthy = await lab.node({ consumers })
      await lab.settle()
      recoveries.push(Date.now() - fault)
      await delay(Math.max(0, fault + 3 * BUS.claimSeconds * 1000 - Date.now()))
      frozen.signal('SIGCONT')
      if (point === 'consumer.prepared') {
        const told = () => frozen.aborted !== undefined
        await lab.waitFor(told, 'the consumer to look at its signal')
        lab.check(frozen.aborted === true, 'nobody told the consumer that it had lost its claim')
      }
      await lab.outlastClaims()
      const late = await lab.ledger.count('effect WHERE node = $1', [frozen.name])
      lab.check(late === 0, 'the consumer that was too late has committed')
      lab.check(!frozen.ended, 'the consumer that was frozen has ended')
      for (const node of [frozen, healthy]) await node.end('SIGTERM')
    }
    lab.recoveryMs = Math.max(...recoveries)
  },
}
