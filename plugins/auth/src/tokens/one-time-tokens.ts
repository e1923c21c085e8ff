import { createHmac } from 'node:crypto'
import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { v7 as uuidv7 } from 'uuid'
import { AuthErrors } from '../errors.js'
import type { Secrets } from './secrets.js'
import { sha256 } from './sha256.js'

export type Purpose = 'verify' | 'reset' | 'change_email'

/** How long a link holds. OWASP ASVS 5, section 6.4: a reset as briefly as people can live with. */
const MINUTES: Record<Purpose, number> = { verify: 24 * 60, reset: 30, change_email: 60 }

/** Whom a token was for. */
export interface Redeemed {
  userId: string
  /** The address that it was sent to. */
  email: string
}

/**
 * The tokens of links in mails. A token is 256 bits, derived from the id of its row and a key that only the
 * process has: an event can name the row, the database keeps a hash, and nobody keeps the token.
 */
export class OneTimeTokens {
  readonly #keys: [Buffer, ...Buffer[]]

  constructor(
    private readonly db: Database,
    secrets: Secrets,
  ) {
    this.#keys = secrets.keysFor('one-time-tokens')
  }

  /** Makes a token's row, in the place of any older one. Resolves with the row's id. */
  async issue(tx: Transaction, purpose: Purpose, { userId, email }: Redeemed): Promise<string> {
    const id = uuidv7()
    await tx.query(
      `INSERT INTO one_time_tokens (id, user_id, purpose, email, hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(mins => $6))
       ON CONFLICT (user_id, purpose) DO UPDATE SET
         id = excluded.id, email = excluded.email, hash = excluded.hash,
         created_at = now(), expires_at = excluded.expires_at, used_at = NULL`,
      [id, userId, purpose, email, sha256(derive(this.#keys[0], id)), MINUTES[purpose]],
    )
    return id
  }

  /** The token of a row; undefined where a newer one has taken its place, or it was used. */
  async find(id: string): Promise<{ purpose: Purpose; token: string } | undefined> {
    const [row] = await this.db.query<{ purpose: Purpose; hash: Buffer }>(
      'SELECT purpose, hash FROM one_time_tokens WHERE id = $1 AND used_at IS NULL',
      [id],
    )
    if (!row) return undefined
    // The secret may have been replaced since.
    const tokens = this.#keys.map((key) => derive(key, id))
    const token = tokens.find((one) => row.hash.equals(sha256(one)))
    return token === undefined ? undefined : { purpose: row.purpose, token }
  }

  /** Whether a token would be taken now, for what has to be done before it is. */
  async isGood(purpose: Purpose, token: string): Promise<boolean> {
    const rows = await this.db.query(
      `SELECT 1 FROM one_time_tokens
       WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()`,
      [sha256(token), purpose],
    )
    return rows.length > 0
  }

  /**
   * Uses a token up.
   *
   * @throws LINK_INVALID
   */
  async redeem(tx: Transaction, purpose: Purpose, token: string): Promise<Redeemed> {
    const [redeemed] = await tx.query<Redeemed>(
      `UPDATE one_time_tokens SET used_at = now()
       WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()
       RETURNING user_id AS "userId", email`,
      [sha256(token), purpose],
    )
    if (!redeemed) throw AuthErrors.LINK_INVALID()
    return redeemed
  }

  /** Voids what was sent and not used. */
  async void(tx: Transaction, userId: string, ...purposes: Purpose[]): Promise<void> {
    await tx.query('DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = ANY ($2)', [
      userId,
      purposes,
    ])
  }
}

const derive = (key: Buffer, id: string) => createHmac('sha256', key).update(id).digest('base64url')
