import test from 'ava'
import { application } from './application.js'

test('the schema goes down and up again', async (t) => {
  const app = await application(t)
  const printed: string[] = []
  const run = (name: string) => app.forge.command([name], (line) => printed.push(line))
  const names = ['0003-pruned-runs', '0002-withdrawn-purchases', '0001-workflows']
  while (printed.length < names.length) await run('migrate:down')
  await run('migrate')
  t.deepEqual(printed, [
    ...names.map((name) => `Undone: orchestrator/${name}`),
    `Applied: ${names
      .toReversed()
      .map((name) => `orchestrator/${name}`)
      .join(', ')}`,
  ])
  t.deepEqual(await app.db.query('SELECT * FROM workflow_steps'), [])
})
