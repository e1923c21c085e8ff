import { createForge, type Plugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth, Users } from '@titanforge/auth'
import { database, Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { events, EventLog } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import Stripe from 'stripe'
import { v7 as uuidv7 } from 'uuid'
import { Billing, stripe } from '../src/index.js'

const { webhooks } = new Stripe('sk_unused')

export const SECRET = 'whsec_of_the_tests'

export interface Answered {
  status: number
  body: Record<string, unknown> & { error?: { code: string } }
}

type StripeInput = Parameters<typeof stripe>[0]

/** Billing on a database of its own, reached over HTTP. */
export async function application(config: Partial<StripeInput> = {}, more: Plugin[] = []) {
  const { url, drop } = await testDatabase()
  const { log, lines } = captureLog()
  const forge = createForge({
    log,
    plugins: [
      database({ url, poolSize: 6 }),
      events({ claimSeconds: 10, retryLimit: 2 }),
      http({ port: 0 }),
      auth({ jwtSecret: 'a secret of the tests, long enough for HS256', passwordCost: 4 }),
      stripe({ webhookSecrets: [SECRET], ...config }),
      ...more,
    ],
  })
  await forge.start()
  const db = forge.get(Database)
  // The hour strikes in the middle of some tests; the reconciler's work is done when they ask for it.
  await db.query('DELETE FROM event_schedules')
  const address = `${forge.get(HttpServer).url}/webhooks/stripe`

  const post = (body: string | Buffer, headers: Record<string, string>) =>
    fetch(address, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers })
  const delivered: string[] = []
  const send = async (path: string, body?: object, token?: string): Promise<Answered> => {
    const response = await fetch(forge.get(HttpServer).url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, body: (await response.json()) as Answered['body'] }
  }

  return {
    db,
    lines,
    post,
    sign: (payload: string, secret = SECRET, timestamp = Math.floor(Date.now() / 1000)) => ({
      'stripe-signature': webhooks.generateTestHeaderString({ payload, secret, timestamp }),
    }),
    /** Signs and posts an event; fails unless it is accepted. */
    async deliver(event: { id: string }) {
      const payload = JSON.stringify(event)
      const response = await post(payload, this.sign(payload))
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
      delivered.push(event.id)
      return (await response.json()) as { received: boolean; duplicate: boolean }
    },
    /** Resolves when everything delivered has been handled. */
    settled: () =>
      waitFor(async () => (await forge.get(EventLog).unhandled('stripe', delivered)) === 0, {
        what: 'every delivered event to be handled',
        timeoutMs: 60_000,
      }),
    /** Somebody who has signed up and logged in. */
    async signUp() {
      const email = `${uuidv7()}@example.com`
      const credentials = { email, password: 'correct horse battery staple' }
      await send('/api/auth/register', credentials)
      const { body } = await send('/api/auth/login', credentials)
      const user = await forge.get(Users).findByEmail(email)
      return { id: user?.id ?? '', token: String(body.accessToken) }
    },
    /** Calls a route of ours, with a body as POST. */
    send,
    /** An account that Stripe's objects can refer to. */
    async user(reference: string) {
      const id = uuidv7()
      await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `${id}@example.com`])
      await db.transaction((tx) => forge.get(Billing).linkReference(tx, id, reference))
      return id
    },
    async close() {
      await forge.stop()
      await drop()
    },
    drop,
    forge,
  }
}

export type Application = Awaited<ReturnType<typeof application>>
