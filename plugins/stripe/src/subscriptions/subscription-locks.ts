import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { againWhereLost } from './again-where-lost.js'
import { busyFor, HELD_SECONDS, Hold } from './hold.js'
import { pauses } from './pauses.js'

/** As long as somebody waits for an answer. */
const WAITED_MS = 20_000
/** How often a lock is renewed while it is held: to look at all invoices may take minutes. */
const RENEWED_MS = 5_000
/** After which it is renewed no more: whoever looks for so long is stuck, and others are to get on. */
const LONGEST_MS = 600_000

/**
 * One at a time for a subscription, in all processes: what is looked at stays so until it is changed. A row with
 * an end, and not a lock of PostgreSQL's: that would keep a connection for as long as Stripe takes to answer.
 * What a process that died has left ends by itself.
 */
export class SubscriptionLocks {
  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /**
   * @param subscription `sub_…`
   * @param wish who wants what of it: what was asked for a wish and not answered may be asked again for that one alone.
   * @param signal ends the waiting.
   * @throws SUBSCRIPTION_BUSY where somebody else holds it for too long; the signal's reason; and what `work` throws.
   */
  async hold<Result>(
    subscription: string,
    wish: string,
    work: (hold: Hold) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const holder = randomUUID()
    await this.#acquire(subscription, holder, signal)
    // One after the other, and none after the release.
    let renewed = Promise.resolve()
    const end = performance.now() + LONGEST_MS
    const renewing = setInterval(() => {
      if (performance.now() > end) return
      renewed = renewed.then(() => this.#renew(subscription, holder))
    }, RENEWED_MS)
    try {
      return await work(new Hold(this.db, this.log, { subscription, holder, wish }))
    } finally {
      clearInterval(renewing)
      await renewed
      await this.#release(subscription, holder)
    }
  }

  async #acquire(subscription: string, holder: string, signal?: AbortSignal): Promise<void> {
    for (const pause of [0, ...pauses(WAITED_MS)]) {
      if (pause > 0) await delay(pause)
      signal?.throwIfAborted()
      // It is ours already where only the answer to that was lost.
      const taken = await againWhereLost(() =>
        this.db.query(
          `INSERT INTO subscription_locks AS held (stripe_subscription_id, holder, held_until)
           VALUES ($1, $2, now() + make_interval(secs => $3))
           ON CONFLICT (stripe_subscription_id) DO UPDATE
             SET holder = excluded.holder, held_until = excluded.held_until
             WHERE held.held_until <= now() OR held.holder = excluded.holder
           RETURNING holder`,
          [subscription, holder, HELD_SECONDS],
        ),
      )
      if (taken.length > 0) return
    }
    throw busyFor(await this.#secondsLeft(subscription))
  }

  /** For how long it is held yet; a little where it is free by now. */
  async #secondsLeft(subscription: string): Promise<number> {
    const [row] = await this.db.query<{ seconds: number }>(
      `SELECT ceil(extract(epoch FROM held_until - now()))::int AS seconds FROM subscription_locks
       WHERE stripe_subscription_id = $1`,
      [subscription],
    )
    return Math.max(1, row?.seconds ?? 1)
  }

  async #renew(subscription: string, holder: string): Promise<void> {
    try {
      await this.db.query(
        `UPDATE subscription_locks SET held_until = now() + make_interval(secs => $3)
         WHERE stripe_subscription_id = $1 AND holder = $2`,
        [subscription, holder, HELD_SECONDS],
      )
    } catch (error) {
      // The next time will do; nothing is asked without the lock.
      this.log.warn(
        { subscription, reason: messageOf(error) },
        'the lock of a subscription was not renewed',
      )
    }
  }

  async #release(subscription: string, holder: string): Promise<void> {
    try {
      await againWhereLost(() =>
        this.db.query(
          'UPDATE subscription_locks SET held_until = now() WHERE stripe_subscription_id = $1 AND holder = $2',
          [subscription, holder],
        ),
      )
      // Ours, where nothing that was asked is undecided, and what others have left.
      await this.db.query(
        `DELETE FROM subscription_locks WHERE stripe_subscription_id IN (
           SELECT stripe_subscription_id FROM subscription_locks
           WHERE held_until <= now() AND (asked_until IS NULL OR asked_until <= now())
           FOR UPDATE SKIP LOCKED)`,
      )
    } catch (error) {
      // What was done is done, and the row ends by itself.
      this.log.warn(
        { subscription, reason: messageOf(error) },
        'the lock of a subscription was not given back; it ends within a minute',
      )
    }
  }
}
