import type { Forge } from '@titanforge/core'
import { waitFor } from '@titanforge/core/testing'
import type { StripeSandbox } from '@titanforge/stripe-sandbox'
import type { Client } from 'pg'
import type Stripe from 'stripe'
import type { MailServer } from '../mail-server.js'

/** Somebody who has an account. */
export interface Person {
  id: string
  email: string
  token: string
}

export interface Answer {
  status: number
  body: Record<string, unknown>
}

export interface Offer {
  id: string
  type: string
  unitAmount: number
}

interface Parts {
  /** The same composition as the server's, for what an operator, an agent or another plugin does. */
  operator: Forge
  sandbox: StripeSandbox
  /** The API, as an operator uses it in Stripe's dashboard. */
  stripe: Stripe
  db: Client
  mail: MailServer
  /** Where the processes of the server listen. */
  addresses: string[]
  /** What the servers have printed. */
  output(): string
}

/** Stripe lists events for 30 days. The reconciler, which looks every hour, does not miss that by far. */
const DAYS_UNWATCHED = 20
const PASSWORD = 'correct horse battery staple'

/** One history's Stripe and server, and the people in it. */
export class World {
  readonly people: Person[] = []
  #requests = 0
  #unwatched = 0
  #time = Promise.resolve()

  constructor(readonly parts: Parts) {}

  async rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.parts.db.query<Row>(sql, values)).rows
  }

  /** Asks the processes of the server in turn, or one of them, each time from another address. */
  async ask(path: string, body?: object, token?: string, process?: number): Promise<Answer> {
    const n = this.#requests++
    const { addresses } = this.parts
    const response = await fetch(`${addresses[process ?? n % addresses.length]}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, body: (await response.json()) as Answer['body'] }
  }

  async signUp(): Promise<void> {
    const email = `person-${this.people.length + 1}-${this.#requests}@example.com`
    await this.ask('/api/auth/register', { email, password: PASSWORD })
    const { token } = await waitFor(async () => {
      const { status, body } = await this.ask('/api/auth/login', { email, password: PASSWORD })
      return status === 200 && { token: String(body.accessToken) }
    })
    const [row] = await this.rows<{ id: string }>('SELECT id FROM users WHERE email = $1', [email])
    this.people.push({ id: row?.id ?? '', email, token })
  }

  async offers(): Promise<Offer[]> {
    const { body } = await this.ask('/api/products')
    const offers = body.products as Offer[]
    return offers.toSorted((one, other) => one.unitAmount - other.unitAmount)
  }

  /** Lets time pass for Stripe, with the reconciler at work now and then. */
  pass(days: number): Promise<void> {
    // Time passes for everybody, one stretch after the other.
    this.#time = this.#time.then(() => this.#pass(days))
    return this.#time
  }

  async #pass(days: number): Promise<void> {
    for (let left = days; left > 0;) {
      const stretch = Math.min(left, DAYS_UNWATCHED - this.#unwatched)
      this.parts.sandbox.advance({ days: stretch })
      left -= stretch
      this.#unwatched += stretch
      if (this.#unwatched >= DAYS_UNWATCHED) await this.reconcile()
    }
  }

  async reconcile(): Promise<void> {
    this.#unwatched = 0
    await this.parts.operator.command(['stripe:reconcile'], () => undefined)
  }

  /** Resolves when every webhook is delivered, the reconciler has looked, and all of it is handled. */
  async settle(): Promise<void> {
    await this.parts.sandbox.drain()
    await this.handled()
    await this.reconcile()
    await this.handled()
  }

  /** Resolves when the server has nothing left to do. */
  async handled(): Promise<void> {
    const waiting = 'SELECT * FROM event_deliveries'
    try {
      await waitFor(async () => (await this.rows(waiting)).length === 0, {
        what: 'every event to be handled',
        timeoutMs: 60_000,
      })
    } catch (cause) {
      const left = JSON.stringify(await this.rows(waiting)).slice(0, 2000)
      throw new Error(`Left: ${left}\n${this.parts.output()}`, { cause })
    }
  }
}
