import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { fileURLToPath } from 'node:url'
import { compileGuide } from './support/guide.js'

const PAGE = fileURLToPath(new URL('../../../../docs/guide/money.md', import.meta.url))
const TARGET = fileURLToPath(new URL('../guide/money.ts', import.meta.url))

test('the program of the guide compiles, runs, and does what it says', async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  t.deepEqual(compileGuide(PAGE, TARGET), [])
  process.env.DATABASE_URL = url
  process.env.JWT_SECRET = 'a secret of the tests, long enough for HS256'
  process.env.STRIPE_WEBHOOK_SECRET = 'whsec_of_the_tests'
  await t.notThrowsAsync(import(TARGET.replace(/ts$/, 'js')))
})
