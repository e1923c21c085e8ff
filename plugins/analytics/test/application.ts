import { createForge, EventBus, type Plugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth, Users } from '@titanforge/auth'
import { database, Database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { events, EventLog } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import { stripe } from '@titanforge/stripe'
import { v7 as uuidv7 } from 'uuid'
import { Analytics, analytics } from '../src/index.js'

interface Options {
  config?: Parameters<typeof analytics>[0]
  plugins?: Plugin[]
  /** False for roll-ups only: nothing is consumed or served. */
  serve?: boolean
  /** True where what the clock says is done, too: as the hour strikes, in the middle of other tests. */
  jobs?: boolean
  /** That of another application; a fresh one, if left out. */
  url?: string
}

/** Analytics with all that it stands on, on a database of its own. */
export async function application(options: Options = {}) {
  const { config = {}, plugins = [], serve = true, jobs = false, url } = options
  const fresh = url === undefined ? await testDatabase() : undefined
  const address = url ?? fresh?.url ?? ''
  const { log, lines } = captureLog()
  const forge = createForge({
    log,
    plugins: [
      database({ url: address, poolSize: 6 }),
      events(),
      http({ port: 0 }),
      auth({ jwtSecret: 'a secret of the tests, long enough for HS256', passwordCost: 4 }),
      stripe({ webhookSecrets: ['whsec_test'] }),
      analytics(config),
      ...plugins,
    ],
  })
  await forge.start({ serve })
  const db = forge.get(Database)
  if (serve && !jobs) await db.query('DELETE FROM event_schedules')
  const state = { isOpen: true }
  const stop = async () => {
    if (state.isOpen) await forge.stop()
    state.isOpen = false
  }

  return {
    forge,
    db,
    lines,
    url: address,
    bus: forge.get(EventBus),
    eventLog: forge.get(EventLog),
    analytics: forge.get(Analytics),
    stop,
    async close() {
      await stop()
      await fresh?.drop()
    },
    /** An account. */
    async user(): Promise<string> {
      const id = uuidv7()
      await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
      return id
    },
    /** Somebody who has signed up and logged in. */
    async logIn({ isSuperuser = false } = {}) {
      const email = `${uuidv7()}@example.com`
      const credentials = { email, password: 'correct horse battery staple' }
      await this.send('/api/auth/register', { body: credentials })
      if (isSuperuser)
        await db.query('UPDATE users SET is_superuser = true WHERE email = $1', [email])
      const response = await this.send('/api/auth/login', { body: credentials })
      const { accessToken } = (await response.json()) as { accessToken: string }
      const user = await forge.get(Users).findByEmail(email)
      return { id: user?.id ?? '', token: accessToken }
    },
    /** Calls a route, with a body as POST. */
    send(path: string, { body, token, accept }: Request = {}): Promise<Response> {
      return fetch(forge.get(HttpServer).url + path, {
        method: body ? 'POST' : 'GET',
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(accept && { accept }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
    },
  }
}

interface Request {
  body?: object
  token?: string
  accept?: string
}

export type Application = Awaited<ReturnType<typeof application>>
