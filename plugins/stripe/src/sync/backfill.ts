import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type Stripe from 'stripe'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import type { ObjectSync } from './object-sync.js'
import { Position, type Seen } from './position.js'
import { skipStrange } from './skip-strange.js'
import type { ObjectType } from './snapshot.js'

export interface BackfillServices {
  db: Database
  gateway: StripeGateway
  sync: ObjectSync
  livemode: boolean
  log: Logger
}

interface Step {
  type: ObjectType
  list(client: Stripe, page: Page): Promise<{ data: { id: string }[]; has_more: boolean }>
}

interface Page {
  limit: number
  starting_after?: string
}

/** What is fetched, in the order in which it makes sense of the next: whose a thing is comes first. */
const STEPS: Step[] = [
  { type: 'product', list: (client, page) => client.products.list(page) },
  { type: 'price', list: (client, page) => client.prices.list(page) },
  { type: 'customer', list: (client, page) => client.customers.list(page) },
  {
    type: 'subscription',
    list: (client, page) => client.subscriptions.list({ ...page, status: 'all' }),
  },
  { type: 'invoice', list: (client, page) => client.invoices.list(page) },
  { type: 'checkout.session', list: (client, page) => client.checkout.sessions.list(page) },
  { type: 'charge', list: (client, page) => client.charges.list(page) },
  { type: 'refund', list: (client, page) => client.refunds.list(page) },
  { type: 'dispute', list: (client, page) => client.disputes.list(page) },
  { type: 'credit_note', list: (client, page) => client.creditNotes.list(page) },
]

const PAGE = 100
/** Where more than this cannot be taken, it is not for what they are, and there is no use in going on. */
const MOST_LEFT_OUT = 1000

/** An object that could not be taken, and why. */
export interface LeftOut {
  type: ObjectType
  id: string
  reason: string
  /** Whether the fault is Stripe's, and may pass. */
  mayPass?: boolean
}

interface Reached {
  step: number
  after: string | null
  done: boolean
  /** Where the events stood before anything was fetched. */
  began: Seen
  /** Of what was fetched. */
  leftOut?: LeftOut[]
}

export interface BackfillProgress {
  type: ObjectType
  count: number
}

/** Brings everything that Stripe has into our tables, and goes on where it was stopped. */
export class Backfill {
  readonly #reached: Position<Reached>

  constructor(private readonly services: BackfillServices) {
    this.#reached = new Position(services.db, `backfill:${services.livemode ? 'live' : 'test'}`)
  }

  /** Whether all of it has been fetched once, and nothing waits for Stripe to get over a fault. */
  async isDone(): Promise<boolean> {
    const { done = false, leftOut = [] } = (await this.#reached.read()) ?? {}
    return done && !leftOut.some(({ mayPass }) => mayPass)
  }

  /** Where the events stood before anything was fetched: those since then say what has changed. */
  async began(): Promise<Seen | undefined> {
    return (await this.#reached.read())?.began
  }

  /** Has the next run begin anew. */
  restart(): Promise<void> {
    return this.#reached.clear()
  }

  /**
   * What cannot be taken is left out, and tried again by the next run.
   *
   * @param signal stops it after the object at hand.
   * @returns what was left out, by this run or those before it.
   * @throws RetryLater where Stripe is busy or away, BACKFILL_STOPPED where too much is left out; the next run
   * goes on from there.
   */
  async run(
    signal: AbortSignal,
    progress: (page: BackfillProgress) => void = () => undefined,
  ): Promise<LeftOut[]> {
    const { gateway, log } = this.services
    const reached = (await this.#reached.read()) ?? (await this.#begin())
    const { began } = reached
    let { step, after } = reached
    const leftOut: LeftOut[] = []
    for (const { type, id } of reached.leftOut ?? []) await this.#take(type, id, leftOut)
    for (; step < STEPS.length; step++, after = null) {
      const { type, list } = STEPS[step] as Step
      for (let more = true; more;) {
        const page = { limit: PAGE, ...(after === null ? {} : { starting_after: after }) }
        const { data, has_more } = await gateway.calm((client) => list(client, page))
        for (const { id } of data) {
          if (signal.aborted) return leftOut
          await this.#take(type, id, leftOut)
        }
        after = data.at(-1)?.id ?? after
        more = has_more && data.length > 0
        await this.#reached.write({
          ...(more ? { step, after } : { step: step + 1, after: null }),
          done: false,
          began,
          leftOut,
        })
        progress({ type, count: data.length })
      }
    }
    await this.#reached.write({ step: STEPS.length, after: null, done: true, began, leftOut })
    if (leftOut.length === 0) log.info({}, 'everything that Stripe has was fetched')
    else log.error({ leftOut }, 'everything that Stripe has was fetched, and some was left out')
    return leftOut
  }

  /**
   * Takes an object, or adds it to what is left out.
   *
   * @throws BACKFILL_STOPPED
   */
  async #take(type: ObjectType, id: string, leftOut: LeftOut[]): Promise<void> {
    const { sync } = this.services
    await skipStrange(
      this.services,
      id,
      () => sync.sync(type, id),
      (reason, mayPass) => {
        if (leftOut.length >= MOST_LEFT_OUT)
          throw StripeErrors.BACKFILL_STOPPED({ most: MOST_LEFT_OUT, reason })
        leftOut.push({ type, id, reason, ...(mayPass && { mayPass }) })
      },
    )
  }

  /** Where the events stand before anything is fetched. Stored, because it may take several runs. */
  async #begin(): Promise<Reached> {
    const { data } = await this.services.gateway.calm((client) => client.events.list({ limit: 1 }))
    const began = { before: data[0]?.created ?? 0, at: Math.floor(Date.now() / 1000) }
    const reached = { step: 0, after: null, done: false, began }
    await this.#reached.write(reached)
    return reached
  }
}
