import { join } from 'node:path'
import { createLogger } from '@titanforge/core'
import { startEmbeddedPostgres } from '../embedded/index.js'
import { checkout } from './checkout.js'
import { scratchDatabase, type TestDatabase } from './scratch-database.js'

/**
 * A fresh, empty database for one test file, on the server of DATABASE_URL, or else on an embedded one
 * that all tests of a checkout share.
 *
 * @example
 * const { url, drop } = await testDatabase()
 * test.after.always(drop)
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await findServer()
  const { url, drop } = await scratchDatabase(server.url)
  return { url, drop: () => drop().finally(server.stop) }
}

async function findServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env['DATABASE_URL']
  if (url) return { url, stop: async () => undefined }
  const directory = join(checkout(), '.titanforge', 'test-postgres')
  return startEmbeddedPostgres({ directory, log: createLogger({ level: 'warn' }) })
}
