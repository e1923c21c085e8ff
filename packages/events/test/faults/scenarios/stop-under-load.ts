import { setTimeout as delay } from 'node:timers/promises'
import type { Lab } from '../harness/lab.js'
import type { Scenario } from '../harness/scenario.js'

// Whatever were only given back when its claim ends would come too late.
const CLAIM_SECONDS = 120
const EXIT_MS = 20_000
const RETURN_MS = 30_000

export const stopUnderLoad: Scenario = {
  number: 19,
  title: 'a node that is told to stop finishes or gives back what it has, and ends in time',
  async run(lab) {
    const bus = { claimSeconds: CLAIM_SECONDS }
    await drains(lab, bus)
    await givesBack(lab, bus)
  },
}

type Bus = Record<string, number>

async function drains(lab: Lab, bus: Bus): Promise<void> {
  const consumers = [{ name: 'a', workMs: 30 }, { name: 'b' }]
  const leaving = await lab.node({ bus, consumers })
  const staying = await lab.node({ bus, consumers })
  const load = lab.sender.load({ concurrency: 4, keys: 10, perTransaction: 2, pauseMs: 5 })
  await delay(lab.random.integer(500, 1_500))
  const asked = Date.now()
  const end = await leaving.end('SIGTERM')
  lab.check(end === 0, `the node that drained ended with ${end}`)
  lab.check(Date.now() - asked < EXIT_MS, `draining took ${Date.now() - asked} ms`)
  await load.stop()
  await lab.settle(CLAIM_SECONDS * 500)
  await staying.end('SIGTERM')
}

/** A handler that does not listen: its event must not wait for the end of its claim. */
async function givesBack(lab: Lab, bus: Bus): Promise<void> {
  const deaf = { name: 'a', workMs: 600_000, ignoresSignal: true }
  const leaving = await lab.node({ bus, consumers: [deaf] })
  await lab.sender.send(lab.sender.event())
  await leaving.whenReached('consumer.working')
  await lab.node({ bus, consumers: [{ name: 'a' }, { name: 'b' }] })
  const asked = Date.now()
  const end = await leaving.end('SIGTERM')
  const exited = Date.now()
  lab.check(end === 0, `the node with a deaf handler ended with ${end}`)
  lab.check(
    exited - asked < EXIT_MS,
    `the node with a deaf handler took ${exited - asked} ms to end`,
  )
  await lab.settle(CLAIM_SECONDS * 500)
  lab.recoveryMs = Math.max(0, Date.now() - exited)
  lab.check(
    lab.recoveryMs < RETURN_MS,
    `what the node had claimed was applied ${lab.recoveryMs} ms after it had ended`,
  )
}
