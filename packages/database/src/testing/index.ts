export { testDatabase, type TestDatabase } from './test-database.js'
export { waitFor, type WaitOptions } from '@titanforge/core/testing'
