import { busConformance, testForge } from '@titanforge/core/testing'
import { database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { events } from '../src/index.js'

busConformance(test, {
  async create(t, plugins) {
    const { url, drop } = await testDatabase()
    t.teardown(drop)
    return testForge(t, [database({ url }), events(), ...plugins])
  },
})
