import { createForge, type Forge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth } from '@titanforge/auth'
import { database, Database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { events } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'

export const SECRET = 'a secret of the tests, long enough to be one'

export interface App {
  forge: Forge
  url: string
  db: Database
  /** The log so far. */
  lines: string[]
  stop(): Promise<void>
}

/** The application that these tests are about, on a database of its own. */
export async function startApp(config: Partial<Parameters<typeof auth>[0]> = {}): Promise<App> {
  const { url, drop } = await testDatabase()
  const { log, lines } = captureLog()
  const plugins = [
    database({ url }),
    events(),
    http({ port: 0 }),
    auth({ jwtSecret: SECRET, passwordCost: 10, ...config }),
  ]
  const forge = createForge({ plugins, log })
  const stop = async () => {
    await forge.stop()
    await drop()
  }
  await forge.start()
  return { forge, url: forge.get(HttpServer).url, db: forge.get(Database), lines, stop }
}

export interface Answered {
  status: number
  headers: Headers
  body: { error?: { code: string; details: { path: string }[] } } & Record<string, unknown>
}

/** Posts JSON. */
export async function post(app: Pick<App, 'url'>, path: string, body: unknown): Promise<Answered> {
  const headers = { 'Content-Type': 'application/json' }
  return answerOf(
    await fetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(body) }),
  )
}

export const register = (app: Pick<App, 'url'>, body: unknown) =>
  post(app, '/api/auth/register', body)
export const login = (app: Pick<App, 'url'>, body: unknown) => post(app, '/api/auth/login', body)

/** Asks who is logged in, with this `Authorization` header. */
export async function me(app: Pick<App, 'url'>, authorization: string): Promise<Answered> {
  return answerOf(await fetch(`${app.url}/api/auth/me`, { headers: { authorization } }))
}

async function answerOf(response: Response): Promise<Answered> {
  const body = (await response.json()) as Answered['body']
  return { status: response.status, headers: response.headers, body }
}

/** What is the same whoever asks and whenever. */
export function stable({ status, headers, body }: Answered) {
  const changing = ['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset']
  const error = body.error && { ...body.error, requestId: undefined }
  const kept = [...headers].filter(([name]) => !changing.includes(name))
  return { status, headers: Object.fromEntries(kept), body: { ...body, error } }
}

export interface UserRow {
  id: string
  email: string
  hashed_password: string | null
  full_name: string | null
  is_active: boolean
  is_superuser: boolean
}

export function rowsOf(app: App, email: string): Promise<UserRow[]> {
  return app.db.query<UserRow>('SELECT * FROM users WHERE lower(email) = lower($1)', [email])
}

export function eventsOf(app: App, type: string, userId: string | undefined) {
  return app.db.query<{ payload: unknown }>(
    'SELECT payload FROM events WHERE event_type = $1 AND user_id = $2',
    [type, userId],
  )
}
