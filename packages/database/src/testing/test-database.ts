import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createLogger } from '@titanforge/core'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../embedded/index.js'

export interface TestDatabase {
  url: string
  /** Drops the database with whatever is still connected to it. */
  drop(): Promise<void>
}

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
  const name = `titanforge_test_${randomUUID().replaceAll('-', '')}`
  await execute(server.url, `CREATE DATABASE ${name}`)
  const url = new URL(server.url)
  url.pathname = name
  return {
    url: url.href,
    async drop() {
      await execute(server.url, `DROP DATABASE ${name} WITH (FORCE)`).finally(server.stop)
    },
  }
}

async function findServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env['DATABASE_URL']
  if (url) return { url, stop: async () => undefined }
  const directory = join(checkout(), '.titanforge', 'test-postgres')
  return startEmbeddedPostgres({ directory, log: createLogger({ level: 'warn' }) })
}

/** The nearest folder above with a lerna.json; where there is none, the working directory. */
function checkout(folder = process.cwd()): string {
  if (existsSync(join(folder, 'lerna.json'))) return folder
  return folder === dirname(folder) ? process.cwd() : checkout(dirname(folder))
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
