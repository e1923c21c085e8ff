import { fileURLToPath } from 'node:url'
import { startProcess } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application } from '../application.js'
import { outside, type Moment } from '../outside.js'
import { STEPS, tenSteps } from './ten-steps.js'

const NODE = fileURLToPath(new URL('node.js', import.meta.url))

for (const [step, moment] of [
  ['step-3', 'received'],
  ['step-4', 'applied'],
] as [string, Moment][]) {
  test.serial(
    `a process that was put to sleep when ${step} was ${moment}, and comes back when another has gone on, changes nothing`,
    async (t) => {
      t.timeout(120_000)
      const world = await outside(t)
      const here = await application(t, { workflows: [tenSteps(world.url)], consume: false })
      const env = { DATABASE: here.url, OUTSIDE: world.url, CLAIM_SECONDS: '2' }
      const nodes = await Promise.all([1, 2].map(() => startProcess(NODE, { env, ready: /ready/ })))
      t.teardown(() => Promise.all(nodes.map((node) => node.end('SIGKILL'))))
      let asleep = 0
      world.look((now, { what, pid }) => {
        if (asleep !== 0 || what !== step || now !== moment) return
        asleep = pid
        process.kill(pid, 'SIGSTOP')
      })
      const id = await here.workflows.start(tenSteps(world.url), {})
      const awake = (what: string) =>
        world.asked.some((asked) => asked.what === what && asked.pid !== asleep)
      await waitFor(() => asleep !== 0 && awake('step-6'), { timeoutMs: 60_000 })
      process.kill(asleep, 'SIGCONT')
      await here.reaches(id, 'succeeded', 60_000)
      // The one that slept does its part again.
      await Promise.all(
        nodes.filter(({ pid }) => pid !== asleep).map((node) => node.end('SIGTERM')),
      )
      const next = await here.workflows.start(tenSteps(world.url), {})
      await here.reaches(next, 'succeeded', 60_000)
      t.deepEqual(world.done(), [...STEPS, ...STEPS])
      t.deepEqual((await here.run(id))['output'], STEPS)
      const outcomes = await here.db.query(
        `SELECT payload->>'step' FROM events
         WHERE event_type = 'workflow.step_completed' AND key = $1`,
        [id],
      )
      t.is(outcomes.length, STEPS.length, 'each step has one outcome')
      t.deepEqual(await here.bus.deadLetters.list(), [])
    },
  )
}
