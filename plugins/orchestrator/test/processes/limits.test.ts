import test from 'ava'
import { LIMIT, manyRuns } from './many-runs.js'

test('of many runs over two processes, no customer has more at work than the plan allows, and all get their turn', async (t) => {
  t.timeout(180_000)
  const seen = await manyRuns(t, 200)
  t.is(seen.effects, 200)
  t.is(seen.mostRunning, LIMIT)
  t.is(seen.mostAtOnce, LIMIT)
  t.is(seen.leastAtOnce, LIMIT, 'the room that there is is used')
  t.is(seen.processes, 2)
  t.true(seen.overtaken < LIMIT, `a run was overtaken by ${seen.overtaken}`)
  t.deepEqual(seen.deadLetters, [])
})
