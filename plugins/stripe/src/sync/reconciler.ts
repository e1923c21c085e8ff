import { metrics } from '@opentelemetry/api'
import { ForgeError, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { StripeGateway } from '../gateway.js'
import { Backfill } from './backfill.js'
import type { KeyAccount } from './key-account.js'
import type { ObjectSync } from './object-sync.js'
import { Position, type Seen } from './position.js'
import type { EventReceiver } from './receiver.js'
import { skipStrange } from './skip-strange.js'
import { Walk } from './walk.js'

export interface ReconcilerServices {
  db: Database
  gateway: StripeGateway
  account: KeyAccount
  receiver: EventReceiver
  sync: ObjectSync
  livemode: boolean
  log: Logger
}

const PAGE = 100
/** Events may be listed a little later than they are dated. */
const OVERLAP_SECONDS = 600
/** Stripe keeps events for 30 days; what is older than this may be gone. */
const KEPT_SECONDS = 29 * 24 * 3600

const WAITING_CHECKOUTS = `
  SELECT id FROM (
    SELECT stripe_session_id AS id, updated_at AS since FROM checkouts
    WHERE status IN ('open', 'pending') AND livemode = $3
    UNION ALL
    SELECT stripe_session_id, created_at FROM purchases WHERE status = 'pending' AND livemode = $3
  ) AS waiting
  WHERE id > $1 AND since < now() - interval '1 hour'
  GROUP BY id ORDER BY id LIMIT $2`

const LIVE_SUBSCRIPTIONS = `
  SELECT stripe_subscription_id AS id FROM subscriptions
  WHERE livemode = $3 AND (status NOT IN ('canceled', 'incomplete_expired') OR is_missing)
    AND stripe_subscription_id > $1
  ORDER BY stripe_subscription_id LIMIT $2`

const drift = metrics.getMeter('titanforge').createCounter('titanforge.billing.drift', {
  description: 'Subscriptions that were found to differ from what Stripe has.',
  unit: '{subscription}',
})

/** Makes up for webhooks that never arrived. */
export class Reconciler {
  readonly backfill: Backfill
  readonly #seen: Position<Seen>
  readonly #checkouts: Walk
  readonly #subscriptions: Walk

  constructor(private readonly services: ReconcilerServices) {
    const { db, livemode } = services
    this.backfill = new Backfill(services)
    this.#seen = new Position(db, `events:${livemode ? 'live' : 'test'}`)
    this.#checkouts = new Walk(db, 'checkouts', WAITING_CHECKOUTS, livemode)
    this.#subscriptions = new Walk(db, 'subscriptions', LIVE_SUBSCRIPTIONS, livemode)
  }

  /**
   * Receives every event that Stripe lists since the last time; those that came as webhooks are known
   * already. The first time, and after an outage longer than Stripe keeps events, everything is fetched.
   *
   * @returns how many events were new.
   * @throws STRIPE_ACCOUNT_CHANGED
   */
  async catchUp(signal: AbortSignal): Promise<number> {
    await this.services.account.confirm()
    const now = Math.floor(Date.now() / 1000)
    const last = await this.#lastSeen()
    if (last && now - last.at > KEPT_SECONDS) {
      await this.backfill.restart()
      await this.#seen.clear()
    }
    if (!(await this.backfill.isDone())) await this.#fetchAll(signal)
    if (signal.aborted) return 0
    const { before } = (await this.#lastSeen()) ?? { before: 0 }
    const read = await this.#receiveSince(Math.max(0, before - OVERLAP_SECONDS), signal)
    if (!read) return 0
    // The newest are listed first, so the position moves on only when all of them are in. It goes by the
    // clock of Stripe, whatever ours says; but the events of a test clock may be of a time to come.
    await this.#seen.write({ before: Math.max(before, Math.min(read.newest, now)), at: now })
    await this.#followCheckouts(signal)
    return read.fresh
  }

  /** However much of it cannot be taken: the events are read all the same. */
  async #fetchAll(signal: AbortSignal): Promise<void> {
    try {
      await this.backfill.run(signal)
    } catch (err) {
      if (!(err instanceof ForgeError) || err.code !== 'BACKFILL_STOPPED') throw err
      this.services.log.error({ err }, 'not everything that Stripe has was fetched')
    }
  }

  /** What changed while everything was fetched, however many runs that took, is in the events since it began. */
  async #lastSeen(): Promise<Seen | undefined> {
    return (await this.#seen.read()) ?? this.backfill.began()
  }

  /** @returns how many were new; undefined where it was stopped before it had all of them. */
  async #receiveSince(
    from: number,
    signal: AbortSignal,
  ): Promise<{ fresh: number; newest: number } | undefined> {
    const { gateway, receiver } = this.services
    const read = { fresh: 0, newest: 0 }
    let after: string | undefined
    for (let more = true; more;) {
      if (signal.aborted) return undefined
      const page = { created: { gte: from }, limit: PAGE, ...(after && { starting_after: after }) }
      const { data, has_more } = await gateway.calm((client) => client.events.list(page))
      // Together, so that they share commits.
      const received = await Promise.all(
        data.map((event) => skipStrange(this.services, event.id, () => receiver.receive(event))),
      )
      read.fresh += received.filter((one) => one?.duplicate === false).length
      read.newest = Math.max(read.newest, ...data.map(({ created }) => created))
      after = data.at(-1)?.id
      more = has_more && data.length > 0
    }
    return read
  }

  /**
   * Pages that were opened, and payments that were begun, a while ago, and of which nothing was heard: also
   * those whose last event is older than Stripe keeps events.
   */
  async #followCheckouts(signal: AbortSignal): Promise<void> {
    const { sync } = this.services
    await this.#checkouts.run(signal, async (id) => {
      await skipStrange(this.services, id, () => sync.sync('checkout.session', id))
    })
  }

  /**
   * Fetches every subscription that is not over, or was only missing, and counts those that differed. Goes on where
   * it was stopped.
   *
   * @throws STRIPE_ACCOUNT_CHANGED
   */
  async checkSubscriptions(signal: AbortSignal): Promise<{ checked: number; drifted: number }> {
    const { sync, log } = this.services
    const counts = { checked: 0, drifted: 0 }
    await this.#subscriptions.run(signal, async (id) => {
      counts.checked++
      if (!(await skipStrange(this.services, id, () => sync.sync('subscription', id)))) return
      counts.drifted++
      drift.add(1)
      log.warn({ subscription: id }, 'a subscription differed from what Stripe has')
    })
    return counts
  }
}
