import test from 'ava'
import { application } from './application.js'

test('the schema goes down and up again', async (t) => {
  const app = await application(t)
  const printed: string[] = []
  const run = (name: string) => app.forge.command([name], (line) => printed.push(line))
  await run('migrate:down')
  await run('migrate')
  t.deepEqual(printed, [
    'Undone: orchestrator/0001-workflows',
    'Applied: orchestrator/0001-workflows',
  ])
  t.deepEqual(await app.db.query('SELECT * FROM workflow_steps'), [])
})
