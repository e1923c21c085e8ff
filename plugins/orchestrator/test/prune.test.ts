import test from 'ava'
import { z } from 'zod'
import { defineWorkflow } from '../src/index.js'
import { prune } from '../src/journal/prune.js'
import { application } from './application.js'

const nap = defineWorkflow({
  name: 'nap',
  version: 1,
  description: 'Sleeps.',
  input: z.object({ seconds: z.number() }),
  output: z.null(),
  async run({ seconds }, flow) {
    await flow.sleep('nap', seconds)
    return null
  },
})

test('runs that have long been over are deleted with their steps, and none is started again', async (t) => {
  const app = await application(t, { workflows: [nap] })
  const start = (seconds: number, key?: string) =>
    app.workflows.start(nap, { seconds }, key === undefined ? {} : { key })
  const [old, anonymous, young, waiting] = [
    await start(0, 'old'),
    await start(0),
    await start(0, 'young'),
    await start(86_400, 'waiting'),
  ]
  for (const id of [old, anonymous, young]) await app.reaches(id, 'succeeded')
  await app.reaches(waiting, 'waiting')
  await app.db.query(
    `UPDATE workflow_runs SET created_at = now() - interval '9 days',
       finished_at = CASE WHEN finished_at IS NOT NULL THEN now() - interval '8 days' END
     WHERE id <> $1`,
    [young],
  )
  await prune(app.db, 7, new AbortController().signal)
  const left = await app.db.query<{ id: string }>('SELECT id FROM workflow_runs ORDER BY id')
  t.deepEqual(
    left.map(({ id }) => id),
    [young, waiting],
  )
  t.deepEqual(await app.steps(old), [])
  t.is(await start(0, 'old'), old)
  t.is(await start(0, 'young'), young)
  t.is((await app.db.query('SELECT 1 FROM workflow_runs')).length, 2)
})
