import { randomUUID } from 'node:crypto'
import type { Subscription, Transaction } from '@titanforge/core'
import { laneRule, type LaneRule } from '@titanforge/core/bus'
import type { Database, PreparedStatement } from '@titanforge/database'
import { NO_HORIZON, type Horizon } from './lookout.js'
import {
  CLAIM_FRESH,
  CLAIM_LIMITED,
  CLAIM_ORDERED,
  CLAIM_RETRIED,
  CLAIM_SUSPECT,
  ENTER_LANES,
  claimOf,
  type Claim,
  type ClaimRow,
} from './claim.js'

// Planning takes longer than these do where little waits; where much does, they are planned for that.
const CLAIM_FEW = { name: 'events.claim-few', text: CLAIM_FRESH }
const CLAIM_RETRY = { name: 'events.claim-retried', text: CLAIM_RETRIED }

interface LaneChoice {
  count: number
  /** Those that were tried before. */
  retried: boolean
  /** Those that may have ended their process. */
  suspect: boolean
}

/** The deliveries of one consumer, as rows. Every change of one is bound to the claim that owns it. */
export class DeliveryQueue {
  readonly #consumer: string
  #rule: LaneRule | undefined
  #horizon = NO_HORIZON
  readonly #blocks: boolean
  /** The last lane that was served; those behind it are served first, so that none starves. */
  #lane: string | null = null
  /** Whether there were as many fresh ones as were asked for, so that more may wait. */
  #isFull = false

  constructor(
    private readonly db: Pick<Database, 'query' | 'transaction'>,
    private readonly subscription: Subscription,
    readonly claimSeconds: number,
  ) {
    const { consumer, options } = subscription
    this.#consumer = consumer
    this.#rule = laneRule(options)
    this.#blocks = options.afterDeadLetter === 'block'
  }

  /**
   * Goes by the rule that was registered last, which may be that of a newer version of the application: its
   * deliveries are in lanes then, and nobody else may be there to handle them.
   *
   * @param horizon where claims of what is in no lane begin to look.
   */
  follow(rule: LaneRule | undefined, horizon: Horizon): void {
    this.#rule = rule
    this.#horizon = horizon
  }

  /** Claims some that have never been tried and are in no lane. */
  async claimFresh(count: number): Promise<Claim[]> {
    const claims = await this.#claim(this.#isFull ? CLAIM_FRESH : CLAIM_FEW, [
      count,
      this.#horizon.fresh,
    ])
    this.#isFull = claims.length === count
    return claims
  }

  /** Claims one that has been tried before and is in no lane. */
  async claimRetried(): Promise<Claim[]> {
    return this.#claim(CLAIM_RETRY, [this.#horizon.retried])
  }

  /** Claims some that have never been tried, as far as the rule of their lanes lets them be handled now. */
  async claimFreshFromLanes(count: number): Promise<Claim[]> {
    return this.#claimFromLanes({ count, retried: false, suspect: false })
  }

  /** Claims one that has been tried before, as far as the rule of its lane lets it be handled now. */
  async claimRetriedFromLanes(): Promise<Claim[]> {
    return this.#claimFromLanes({ count: 1, retried: true, suspect: false })
  }

  /** Claims one that may be what has ended its process, from wherever it waits. */
  async claimSuspect(): Promise<Claim[]> {
    const claims = await this.#claim(CLAIM_SUSPECT, [])
    if (claims.length > 0) return claims
    return this.#claimFromLanes({ count: 1, retried: true, suspect: true })
  }

  /** Whether one can be claimed that may be what has ended its process. */
  async hasSuspect(): Promise<boolean> {
    let found = false
    const rollBack = new Error('a look is no claim')
    // What ends the process meanwhile must not count as an attempt, so nothing of it is committed.
    const look = this.db.transaction(async (tx) => {
      const db = {
        query: tx.query.bind(tx),
        transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => work(tx),
      }
      const queue = new DeliveryQueue(db, this.subscription, this.claimSeconds)
      queue.follow(this.#rule, this.#horizon)
      found = (await queue.claimSuspect()).length > 0
      throw rollBack
    })
    await look.catch((error: unknown) => {
      if (error !== rollBack) throw error
    })
    return found
  }

  async #claimFromLanes(choice: LaneChoice): Promise<Claim[]> {
    const start = this.#lane
    const claims = await this.#claimAfter(start, choice)
    if (claims.length > 0 || start === null) return claims
    this.#lane = null
    return this.#claimAfter(null, choice)
  }

  async #claimAfter(lane: string | null, choice: LaneChoice): Promise<Claim[]> {
    if (!this.#rule) return []
    const { width, ordered } = this.#rule
    const values = [choice.count, lane, choice.retried, choice.suspect]
    return this.db.transaction(async (tx) => {
      // What is at work in a lane is seen only by who looks after the claim of it has ended.
      await tx.query(ENTER_LANES, [this.#consumer, String(this.claimSeconds * 1000)])
      return ordered
        ? this.#claim(CLAIM_ORDERED, [...values, this.#blocks], tx)
        : this.#claim(CLAIM_LIMITED, [...values, width], tx)
    })
  }

  async #claim(
    sql: string | PreparedStatement,
    values: unknown[],
    db: Pick<Database, 'query'> = this.db,
  ): Promise<Claim[]> {
    const token = randomUUID()
    const rows = await db.query<ClaimRow>(sql, [
      this.#consumer,
      token,
      this.claimSeconds,
      ...values,
    ])
    this.#lane = rows.reduce<string | null>(
      (last, { lane }) => (lane !== null && (last === null || lane > last) ? lane : last),
      this.#lane,
    )
    return rows.map(claimOf(token))
  }

  /** Ends transactions that have taken deliveries and do not come to an end; they roll back. */
  async cutOff(pids: readonly number[]): Promise<void> {
    await this.db.query('SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) AS pid', [
      pids,
    ])
  }

  /** Keeps a claim for another period. False where another attempt owns the delivery by now. */
  async renew(claim: Claim): Promise<boolean> {
    return this.#update(claim, "due_at = now() + $4 * interval '1 second'", [this.claimSeconds])
  }

  /** Gives a delivery back for another attempt. */
  async retry(claim: Claim, pauseSeconds: number): Promise<boolean> {
    return this.#update(
      claim,
      "claim = NULL, lost = 0, due_at = now() + $4 * interval '1 second'",
      [pauseSeconds],
    )
  }

  /** Gives a delivery back as if it had not been tried. */
  async postpone(claim: Claim, pauseSeconds: number): Promise<boolean> {
    return this.#update(
      claim,
      "claim = NULL, attempt = attempt - 1, lost = 0, due_at = now() + $4 * interval '1 second'",
      [pauseSeconds],
    )
  }

  /** Gives claims back that were not begun, or are broken off, for others to take at once. */
  async release(claims: readonly Claim[]): Promise<void> {
    await this.db.query(
      `UPDATE event_deliveries d SET claim = NULL, attempt = d.attempt - 1, due_at = now()
       FROM (
         SELECT position FROM event_deliveries e
         JOIN unnest($2::bigint[], $3::uuid[]) AS mine (position, claim) USING (position, claim)
         WHERE e.consumer = $1 FOR UPDATE OF e SKIP LOCKED
       ) AS mine
       WHERE d.consumer = $1 AND d.position = mine.position`,
      [this.#consumer, claims.map(({ position }) => position), claims.map(({ token }) => token)],
    )
  }

  /** Gives a delivery up. */
  async bury(claim: Claim, reason: string): Promise<boolean> {
    const rows = await this.db.query(
      `WITH dead AS (
         DELETE FROM event_deliveries WHERE consumer = $1 AND position = $2 AND claim = $3
         RETURNING consumer, position, lane, attempt
       )
       INSERT INTO event_dead_letters (consumer, position, lane, attempts, reason)
       SELECT consumer, position, lane, attempt, $4 FROM dead
       RETURNING id`,
      [this.#consumer, claim.position, claim.token, reason],
    )
    return rows.length === 1
  }

  async #update(claim: Claim, assignments: string, values: unknown[]): Promise<boolean> {
    const rows = await this.db.query(
      `UPDATE event_deliveries SET ${assignments}
       WHERE consumer = $1 AND position = $2 AND claim = $3 RETURNING position`,
      [this.#consumer, claim.position, claim.token, ...values],
    )
    return rows.length === 1
  }
}
