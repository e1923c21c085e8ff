import type { Lab } from '../harness/lab.js'
import type { NodeProcess } from '../harness/node-process.js'
import type { ConsumerSettings, Point } from '../node/settings.js'

const LIMIT_MS = 15_000

/**
 * Kills one of two consuming nodes at a point, under load, and waits until the other one has done all.
 *
 * @returns both nodes.
 */
export async function consumerKilled(
  lab: Lab,
  point: Point,
  consumers: readonly ConsumerSettings[],
): Promise<{ doomed: NodeProcess; survivor: NodeProcess }> {
  const publisher = await lab.node()
  lab.sendTo(publisher)
  const doomed = await lab.node({ consumers, kill: `${point}:${lab.random.integer(1, 8)}` })
  const survivor = await lab.node({ consumers })
  const load = lab.sender.load({ concurrency: 3, keys: 5, pauseMs: 5 })
  const end = await doomed.exited
  const fault = Date.now()
  lab.check(end === 'SIGKILL', `the consumer ended with ${end}`)
  await load.stop()
  await lab.settle()
  lab.recoveryMs = Date.now() - fault
  lab.check(lab.recoveryMs <= LIMIT_MS, `recovery took ${lab.recoveryMs} ms`)
  return { doomed, survivor }
}
