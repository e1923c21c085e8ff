import test from 'ava'
import { application } from './support/application.js'

test('the schema goes down to nothing and up again, and loses no more than it must', async (t) => {
  const app = await application()
  t.teardown(() => app.close())
  const userId = await app.user()
  await app.override(userId, 'seats', 7)
  await app.db.query(
    `INSERT INTO entitlements (user_id, source, source_id, kind, feature)
     VALUES ($1, 'purchase', gen_random_uuid(), 'feature', 'sight')`,
    [userId],
  )
  const printed: string[] = []
  const run = (name: string) => app.forge.command([name], (line) => printed.push(line))
  await run('migrate:down')
  await run('migrate:down')
  t.deepEqual(await app.db.query('SELECT source, feature FROM entitlements'), [
    { source: 'purchase', feature: 'sight' },
  ])
  await run('migrate:down')
  await run('migrate:down')
  await run('migrate')
  const names = ['0004-usage', '0003-overrides', '0002-provider-features', '0001-entitlements']
  t.deepEqual(printed, [
    ...names.map((name) => `Undone: provisioning/${name}`),
    `Applied: ${names
      .toReversed()
      .map((name) => `provisioning/${name}`)
      .join(', ')}`,
  ])
  t.deepEqual(await app.db.query('SELECT * FROM usage_records'), [])
})
