import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { runToEnd, startServer, temporaryHome } from './programs.js'
import { ask } from './security/browser.js'
import { verifiedPerson } from './security/people.js'

test('security 35: metrics of requests, events and the process are for superusers and their keys', async (t) => {
  const { url, drop } = await testDatabase()
  const { home, remove } = await temporaryHome()
  const env = { DATABASE_URL: url, TITANFORGE_HOME: home }
  const server = await startServer(env)
  t.teardown(async () => {
    await server.end('SIGTERM')
    await drop()
    await remove()
  })
  const { email, accessToken: token } = await verifiedPerson(server)
  t.is((await ask(server.url, '/metrics')).status, 401)
  t.is((await ask(server.url, '/metrics', { token })).status, 403)

  const command = ['user:create', email, '--superuser']
  t.is((await runToEnd('forge', command, env)).status, 0)
  const keys = await Promise.all(
    ['admin', 'read'].map(async (scope) => {
      const body = { name: 'prometheus', scopes: [scope] }
      return (await ask(server.url, '/api/auth/keys', { token, body })).body['key'] as string
    }),
  )
  t.is((await ask(server.url, '/metrics', { token: keys[1] })).status, 403)
  const { status, text } = await ask(server.url, '/metrics', { token: keys[0] })
  t.is(status, 200)
  for (const sample of [
    /^http_server_request_duration_count\{.*http_route="\/api\/auth\/verify".*\} 1$/m,
    /^titanforge_events_pending\{.*messaging_consumer_group_name="\w.*\} \d+$/m,
    /^titanforge_events_dead_letters\{.*\} 0$/m,
    /^process_cpu_time_total\{.*cpu_mode="user".*\} [\d.]+$/m,
    /^nodejs_eventloop_delay_p99(\{.*\})? [\d.]+$/m,
  ]) {
    t.regex(text, sample)
  }
  for (const secret of [email, token, url, ...keys]) t.false(text.includes(secret))
})
