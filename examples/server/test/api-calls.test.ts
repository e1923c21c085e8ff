import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import pg from 'pg'
import { startServer, temporaryHome } from './programs.js'

const CALLS = 150

test('SIGTERM loses no call of the API that was answered', async (t) => {
  t.timeout(120_000)
  const [{ url, drop }, { home, remove }] = await Promise.all([testDatabase(), temporaryHome()])
  const server = await startServer({ DATABASE_URL: url, TITANFORGE_HOME: home })
  const db = new pg.Client(url)
  await db.connect()
  t.teardown(async () => {
    await server.end('SIGTERM')
    await db.end()
    await drop()
    await remove()
  })
  const credentials = { email: 'ada@example.com', password: 'correct horse battery staple' }
  const post = async (path: string) => {
    const body = JSON.stringify(credentials)
    const headers = { 'content-type': 'application/json' }
    return fetch(server.url + path, { method: 'POST', headers, body })
  }
  await post('/api/auth/register')
  const { accessToken } = (await (await post('/api/auth/login')).json()) as { accessToken: string }
  const call = async () => {
    const headers = { authorization: `Bearer ${accessToken}` }
    const { status } = await fetch(`${server.url}/api/entitlements`, { headers })
    if (status !== 200) throw new Error(`answered ${status}`)
  }
  await Promise.all(Array.from({ length: CALLS }, call))
  // These are under way when the signal comes; those that are answered all the same have to be kept as well.
  const late = Array.from({ length: 20 }, call)
  await server.end('SIGTERM')
  const answered = (await Promise.allSettled(late)).filter(({ status }) => status === 'fulfilled')
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM events
     WHERE event_type = 'analytics.api_called' AND payload ->> 'route' = 'GET /api/entitlements'`,
  )
  const kept = rows[0]?.n ?? 0
  t.true(kept >= CALLS + answered.length && kept <= CALLS + late.length, `${kept} were kept`)
})
