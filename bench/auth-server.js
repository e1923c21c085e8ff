import { monitorEventLoopDelay } from 'node:perf_hooks'
import { auth } from '@titanforge/auth'
import { createForge, createLogger, definePlugin } from '@titanforge/core'
import { database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { events } from '@titanforge/events'
import { http, HttpServer, route } from '@titanforge/http'

// The server that auth.bench.js asks: one trivial route, with the guard and without.
const trivial = (path, access) =>
  route({ method: 'GET', path, auth: access, summary: '', handler: () => ({ ok: true }) })
const routes = [trivial('/open', 'none'), trivial('/guarded', 'user')]
const trivialPlugin = definePlugin({ name: 'trivial', setup: () => ({ routes }) })

const { url, drop } = await testDatabase()
const forge = createForge({
  log: createLogger({ level: 'silent' }),
  plugins: [
    database({ url }),
    events(),
    http({ port: 0 }),
    auth({
      jwtSecret: 'a secret of the benchmark, long enough',
      limits: { failuresPerAccount: 1000, failuresPerAddress: 1000 },
    }),
    trivialPlugin(),
  ],
})
await forge.start()
const server = forge.get(HttpServer)
const post = async (path, body) => {
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(body) }
  return (await fetch(server.url + path, request)).json()
}
const account = { email: 'bench@example.com', password: 'correct horse battery staple' }
await post('/api/auth/register', account)
const { accessToken } = await post('/api/auth/login', account)
const delay = monitorEventLoopDelay({ resolution: 1 })

// The bench was ended from outside.
process.once('disconnect', () => process.exit())
const answers = {
  /** Microseconds so far. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  watch: () => {
    delay.reset()
    return delay.enable()
  },
  /** Milliseconds for which the event loop was held up since the watch began. */
  watched: () => {
    delay.disable()
    return { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
  },
}
process.on('message', async (message) => {
  if (message in answers) {
    process.send(answers[message]())
    return
  }
  await forge.stop()
  await drop()
  process.disconnect()
})
process.send({ url: server.url, token: accessToken, account })
