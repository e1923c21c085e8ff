import { RetryLater, type Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { v7 as uuidv7 } from 'uuid'

// Longer than the bus lets a handler take, which is 300 unless told otherwise.
const HELD_SECONDS = 330
const ASK_AGAIN_SECONDS = 1

/** A message that a channel has taken. */
export interface Sent {
  businessKey: string
  userId: string | null
  kind: string
  channel: string
  messageId: string
}

/** A delivery of an event that is about to tell of a business key. */
export interface Claim {
  businessKey: string
  /** Names the delivery: whoever handles it after a crash has its claim, and need not wait for its end. */
  holder: string
}

/** What was told, and what is being told: one delivery at a time tells of a business key, in any process. */
export class Records {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * @returns false where it was told before.
   * @throws RetryLater while another delivery tells of it.
   */
  async begin(claim: Claim): Promise<boolean> {
    if (await this.#has(claim.businessKey)) return false
    if (!(await this.#take(claim)))
      throw new RetryLater(ASK_AGAIN_SECONDS, 'Another delivery is telling of the same occasion.')
    // Another may have had the claim, and told, since it was asked.
    if (!(await this.#has(claim.businessKey))) return true
    await this.abandon(claim)
    return false
  }

  /** Lets others tell of it, since this delivery did not. */
  async abandon({ businessKey, holder }: Claim): Promise<void> {
    await this.#db.query(
      'DELETE FROM notification_claims WHERE business_key = $1 AND holder = $2',
      [businessKey, holder],
    )
  }

  async add(
    tx: Transaction,
    { businessKey, userId, kind, channel, messageId }: Sent,
  ): Promise<void> {
    // From users, because the user may have gone while the message was sent. An alert is nobody's.
    await tx.query(
      `INSERT INTO notifications (id, business_key, user_id, kind, channel, message_id)
       SELECT $1::uuid, $2, told.id, $4, $5, $6
       FROM (SELECT id FROM users WHERE id = $3::uuid UNION ALL SELECT NULL WHERE $3::uuid IS NULL) AS told
       ON CONFLICT (business_key) DO NOTHING`,
      [uuidv7(), businessKey, userId, kind, channel, messageId],
    )
    await tx.query('DELETE FROM notification_claims WHERE business_key = $1', [businessKey])
  }

  async #has(businessKey: string): Promise<boolean> {
    const found = await this.#db.query('SELECT 1 FROM notifications WHERE business_key = $1', [
      businessKey,
    ])
    return found.length > 0
  }

  async #take({ businessKey, holder }: Claim): Promise<boolean> {
    const taken = await this.#db.query(
      `INSERT INTO notification_claims AS held (business_key, holder, held_until)
       VALUES ($1, $2, now() + $3 * interval '1 second')
       ON CONFLICT (business_key) DO UPDATE
       SET holder = excluded.holder, held_until = excluded.held_until
       WHERE held.holder = excluded.holder OR held.held_until < now()
       RETURNING 1`,
      [businessKey, holder, HELD_SECONDS],
    )
    return taken.length > 0
  }
}
