import test from 'ava'
import { application } from './application.js'

test('the schema goes down to nothing and up again', async (t) => {
  const app = await application()
  t.teardown(() => app.close())
  const printed: string[] = []
  const run = (name: string) => app.forge.command([name], (line) => printed.push(line))
  const names = [
    '0010-missing-subscriptions',
    '0009-asked-changes',
    '0008-subscription-locks',
    '0007-customer-discounts',
    '0006-usage',
    '0005-terms',
    '0004-overlaps',
    '0003-checkouts',
    '0002-purchases',
    '0001-billing',
  ]
  for (let n = 0; n < names.length; n++) await run('migrate:down')
  await run('migrate')
  t.deepEqual(printed, [
    ...names.map((name) => `Undone: stripe/${name}`),
    `Applied: ${names
      .toReversed()
      .map((name) => `stripe/${name}`)
      .join(', ')}`,
  ])
  t.deepEqual(await app.db.query('SELECT * FROM checkouts'), [])
})
