export type { TestDatabase } from './scratch-database.js'
export { testDatabase } from './test-database.js'
export { testServer, type TestServer } from './test-server.js'
export { waitFor, type WaitOptions } from '@titanforge/core/testing'
