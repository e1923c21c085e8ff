import { pluginConformance, type TestContext } from '@titanforge/core/testing'
import { database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { http } from '@titanforge/http'
import test from 'ava'
import { milestones } from '../src/index.js'

/** What the plugin requires, made afresh for each application: a database of its own, and a host. */
async function needs(t: TestContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  return [database({ url }), http({ port: 0 })]
}

pluginConformance(test, milestones, {
  config: { every: 3 },
  needs,
  refuses: [{ config: { every: 0 }, path: 'every' }],
})
