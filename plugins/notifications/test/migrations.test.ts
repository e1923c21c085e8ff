import test from 'ava'
import { startApplication } from './application.js'

test('the schema goes down and up again', async (t) => {
  const app = await startApplication(1)
  t.teardown(app.stop)
  const printed: string[] = []
  const run = (name: string) => app.forge.command([name], (line) => printed.push(line))
  for (let step = 0; step < 3; step++) await run('migrate:down')
  await run('migrate')
  t.deepEqual(printed, [
    'Undone: notifications/0003-claims',
    'Undone: notifications/0002-preferences',
    'Undone: notifications/0001-notifications',
    'Applied: notifications/0001-notifications, notifications/0002-preferences, notifications/0003-claims',
  ])
  t.deepEqual(await app.db.query('SELECT * FROM notifications'), [])
})
