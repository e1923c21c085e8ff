import { auth } from '@titanforge/auth'
import { createForge, type Forge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { events } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import test, { type ExecutionContext } from 'ava'
import { login, me, post, register, type App } from './app.js'

const OLD = 'the old secret of the tests, long enough'
const NEW = 'a new secret of the tests, long enough too'
const account = { email: 'ada@example.com', password: 'correct horse battery' }

type Place = Pick<App, 'url'>
async function serve(t: ExecutionContext, url: string, jwtSecret: string[]): Promise<Place> {
  const plugins = [
    database({ url, poolSize: 3 }),
    events(),
    http({ port: 0 }),
    auth({ jwtSecret, passwordCost: 4 }),
  ]
  const forge: Forge = createForge({ plugins, log: captureLog().log })
  t.teardown(() => forge.stop())
  await forge.start()
  return { url: forge.get(HttpServer).url }
}
const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }

test('a secret is replaced without logging anybody out, and the old one ends with its removal', async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const before = await serve(t, url, [OLD])
  const during = await serve(t, url, [NEW, OLD])
  const after = await serve(t, url, [NEW])
  await register(before, account)
  const tokens = (await login(before, account)).body as Record<string, string>
  const old = `Bearer ${tokens.accessToken}`
  t.is((await me(during, old)).status, 200)
  t.is((await me(after, old)).status, 401)

  const { refreshToken } = tokens
  const renewed = await post(during, '/api/auth/refresh', { refreshToken })
  const fresh = renewed.body.accessToken as string
  t.not(headerOf(fresh).kid, headerOf(tokens.accessToken ?? '').kid)
  t.is((await me(after, `Bearer ${fresh}`)).status, 200)
  // The grace holds across the change, in a process that still has both.
  const again = await post(during, '/api/auth/refresh', { refreshToken })
  t.is(again.body.refreshToken, renewed.body.refreshToken)
  t.is((await me(before, `Bearer ${fresh}`)).status, 401)
})
