import type { Database } from '@titanforge/database'
import type { Claim } from './claim.js'

/** What becomes of the deliveries that one consumer has claimed. Every change is bound to the claim that owns it. */
export class HeldClaims {
  constructor(
    private readonly db: Pick<Database, 'query'>,
    private readonly consumer: string,
    readonly claimSeconds: number,
  ) {}

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

  /** Gives a delivery back that has made way for another transaction, as if it had not been tried. */
  async makeWay(claim: Claim, pauseSeconds: number): Promise<boolean> {
    return this.#update(
      claim,
      `claim = NULL, attempt = attempt - 1, lost = 0, made_way = made_way + 1,
       due_at = now() + $4 * interval '1 second'`,
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
      [this.consumer, claims.map(({ position }) => position), claims.map(({ token }) => token)],
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
      [this.consumer, claim.position, claim.token, reason],
    )
    return rows.length === 1
  }

  async #update(claim: Claim, assignments: string, values: unknown[]): Promise<boolean> {
    const rows = await this.db.query(
      `UPDATE event_deliveries SET ${assignments}
       WHERE consumer = $1 AND position = $2 AND claim = $3 RETURNING position`,
      [this.consumer, claim.position, claim.token, ...values],
    )
    return rows.length === 1
  }
}
