import { EventBus, type Plugin } from '@titanforge/core'
import { startProcess } from '@titanforge/core/testing'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { EventLog } from '@titanforge/events'
import { HttpServer } from '@titanforge/http'
import { fileURLToPath } from 'node:url'
import { v7 as uuidv7 } from 'uuid'
import { Grants } from '../../src/index.js'
import { compose, type Settings } from './compose.js'

const NODE = fileURLToPath(new URL('node.js', import.meta.url))

export interface Answered {
  status: number
  headers: Headers
  body: Record<string, unknown> & { error?: { code: string; details?: unknown } }
}

/** Calls a route; with a body as POST, unless the method is given. */
export async function call(
  url: string,
  { token, body, method }: { token?: string; body?: unknown; method?: string } = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed = ((text === '' ? null : JSON.parse(text)) ?? {}) as Answered['body']
  return { status: response.status, headers: response.headers, body: parsed }
}

/** The application on a database of its own, and as many more processes of it as a test wants. */
export async function application(settings: Settings = {}, more: Plugin[] = []) {
  const { url: databaseUrl, drop } = await testDatabase()
  const { forge, lines } = compose(databaseUrl, settings, more)
  await forge.start()
  const db = forge.get(Database)
  await db.query(
    'CREATE TABLE naps (run_id text PRIMARY KEY, user_id uuid, began timestamptz, ended timestamptz)',
  )
  const url = forge.get(HttpServer).url
  return {
    forge,
    db,
    lines,
    url,
    bus: forge.get(EventBus),
    grants: forge.get(Grants),
    /** An account that nobody can log in to. */
    async user(): Promise<string> {
      const id = uuidv7()
      await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
      return id
    },
    /** Somebody who has logged in. */
    async person({ superuser = false } = {}): Promise<{
      id: string
      email: string
      token: string
    }> {
      const email = `${uuidv7()}@example.com`
      const printed: string[] = []
      const flags = superuser ? ['--superuser'] : []
      await forge.command(['user:create', email, ...flags], (line) => printed.push(line))
      const password = printed.at(-1)?.split(': ')[1]
      const { body } = await call(`${url}/api/auth/login`, { body: { email, password } })
      const account = await forge.get(Users).findByEmail(email)
      return { id: account?.id ?? '', email, token: String(body.accessToken) }
    },
    /** Sets a limit of an account, as an operator does. */
    async override(userId: string, feature: string, value: number): Promise<void> {
      const [user] = await db.query<{ email: string }>('SELECT email FROM users WHERE id = $1', [
        userId,
      ])
      const argv = ['entitlements:override', user?.email ?? '', feature, String(value)]
      await forge.command([...argv, '--reason', 'a test'], () => undefined)
    },
    /** Starts another process on the same database. */
    async node() {
      const args = [databaseUrl, JSON.stringify(settings)]
      const running = await startProcess(NODE, { args, ready: /up at (\S+)/ })
      return { ...running, url: String(running.match[1]) }
    },
    /** Resolves when what was published under these ids of the source `test` has been handled. */
    settled: (ids: string[]) =>
      waitFor(async () => (await forge.get(EventLog).unhandled('test', ids)) === 0),
    /** Resolves when no event waits for a handler. */
    idle: () =>
      waitFor(async () => (await db.query('SELECT 1 FROM event_deliveries LIMIT 1')).length === 0),
    async close() {
      await forge.stop()
      await drop()
    },
  }
}

export type Application = Awaited<ReturnType<typeof application>>
