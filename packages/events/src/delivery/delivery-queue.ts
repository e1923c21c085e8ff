import { randomUUID } from 'node:crypto'
import type { Subscription } from '@titanforge/core'
import { laneRule, type LaneRule } from '@titanforge/core/bus'
import type { Database, PreparedStatement } from '@titanforge/database'
import { HeldClaims } from './held-claims.js'
import { NO_HORIZON, type Horizon } from './lookout.js'
import {
  CLAIM_FRESH,
  CLAIM_LIMITED,
  CLAIM_ORDERED,
  CLAIM_RETRIED,
  CLAIM_SUSPECT,
  ENTER_LANES,
  FIND_LIMITED,
  FIND_ORDERED,
  FIND_SUSPECT,
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

/** The deliveries of one consumer, as rows, to be claimed. */
export class DeliveryQueue {
  /** What was claimed. */
  readonly held: HeldClaims
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
    subscription: Subscription,
    private readonly claimSeconds: number,
  ) {
    const { consumer, options } = subscription
    this.#consumer = consumer
    this.#rule = laneRule(options)
    this.#blocks = options.afterDeadLetter === 'block'
    this.held = new HeldClaims(db, consumer, claimSeconds)
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

  /**
   * Whether one can be claimed that may be what has ended its process. Only looked at: what ends the process
   * meanwhile must not count as an attempt of it.
   */
  async hasSuspect(): Promise<boolean> {
    if (await this.#finds(FIND_SUSPECT, [])) return true
    if (!this.#rule) return false
    const { width, ordered } = this.#rule
    const values = [1, null, true, true]
    return ordered
      ? this.#finds(FIND_ORDERED, [...values, this.#blocks])
      : this.#finds(FIND_LIMITED, [...values, width])
  }

  async #finds(sql: string, values: unknown[]): Promise<boolean> {
    const [row] = await this.db.query<{ found: boolean }>(sql, [this.#consumer, ...values])
    return row?.found ?? false
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
      ...values,
      token,
      this.claimSeconds,
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
}
