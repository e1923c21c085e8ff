import { fileURLToPath } from 'node:url'
import { startProcess, type RunningProcess } from '@titanforge/core/testing'
import test from 'ava'
import { application } from '../application.js'
import { outside, type Moment } from '../outside.js'
import { isOnce, STEPS, tenSteps } from './ten-steps.js'

const NODE = fileURLToPath(new URL('node.js', import.meta.url))
const MOMENTS: Moment[] = ['received', 'applied', 'answered']

for (const [offset, first] of MOMENTS.entries()) {
  test.serial(
    `the process that does a step is killed at each of ten steps, the first time when its request was ${first}: each effect is had once`,
    async (t) => {
      t.timeout(300_000)
      const world = await outside(t)
      // Starts the run and looks on; its bus handles nothing.
      const here = await application(t, {
        workflows: [tenSteps(world.url)],
        consume: false,
      })
      const env = { DATABASE: here.url, OUTSIDE: world.url, CLAIM_SECONDS: '2' }
      const nodes = new Map<number, RunningProcess>()
      const start = async () => {
        const node = await startProcess(NODE, { env, ready: /ready/ })
        nodes.set(node.pid, node)
      }
      t.teardown(() => Promise.all([...nodes.values()].map((node) => node.end('SIGKILL'))))
      await Promise.all([start(), start()])

      const killed = new Map<string, Moment>()
      const restarts: Promise<void>[] = []
      world.look(async (moment, { what, pid }) => {
        const due = MOMENTS[(STEPS.indexOf(what) + offset) % MOMENTS.length]
        if (killed.has(what) || moment !== due) return
        killed.set(what, moment)
        const node = nodes.get(pid)
        nodes.delete(pid)
        await node?.end('SIGKILL')
        restarts.push(start())
      })
      const id = await here.workflows.start(tenSteps(world.url), {})
      await here.reaches(id, 'succeeded', 170_000)
      await Promise.all(restarts)
      t.deepEqual([...killed.keys()], STEPS)
      t.deepEqual(world.done(), STEPS)
      const asked = (which: (step: string) => boolean) =>
        world.asked.filter(({ what }) => which(what)).length
      t.true(asked((step) => !isOnce(step)) > 5, 'requests were repeated, with the same keys')
      t.is(asked(isOnce), 5, 'what may be asked for once was looked up')
      t.deepEqual((await here.run(id))['output'], STEPS)
      t.deepEqual(await here.bus.deadLetters.list(), [])
    },
  )
}
