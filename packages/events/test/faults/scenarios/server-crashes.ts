import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from '../harness/scenario.js'

const CRASHES = 3

export const serverCrashes: Scenario = {
  number: 10,
  title: 'PostgreSQL crashes three times under load, and every process goes on by itself',
  async run(lab) {
    const { url: provider } = await lab.provider()
    const consumers = [{ name: 'a' }, { name: 'b' }, { name: 'charged', provider }]
    const nodes = [await lab.node({ consumers }), await lab.node({ consumers })]
    const load = lab.sender.load({ concurrency: 6, keys: 10, perTransaction: 3, pauseMs: 2 })
    const recoveries: number[] = []
    for (let crash = 0; crash < CRASHES; crash++) {
      await delay(lab.random.integer(300, 1_500))
      await lab.server.crash()
      const up = await lab.ledger.now()
      const effect = await lab.waitFor(
        () => lab.ledger.firstEffect('a', up),
        'an effect after the crash',
      )
      recoveries.push(effect.getTime() - up.getTime())
    }
    await load.stop()
    await lab.settle()
    lab.recoveryMs = Math.max(...recoveries)
    lab.check(
      nodes.every((node) => !node.ended),
      'a process ended when PostgreSQL crashed',
    )
    lab.notes.push(`${lab.sender.acknowledged.length} events`)
  },
}
