import { createHmac, randomBytes } from 'node:crypto'
import type { Transaction } from '@titanforge/core'
import type { Secrets } from '../tokens/secrets.js'
import { sha256 } from '../tokens/sha256.js'

/** How long the immediate parent gives the same successor again, for an answer that got lost. */
const GRACE_SECONDS = 10

/** The session that a token belongs to. */
export interface RefreshSession {
  sessionId: string
  userId: string
  isSuperuser: boolean
  version: number
  /** Seconds until the session ends for good. */
  secondsLeft: number
}

export type Rotation =
  | { outcome: 'renewed'; session: RefreshSession; refreshToken: string }
  /** Somebody has a token that was used long ago: the whole family is void. */
  | { outcome: 'reused'; session: RefreshSession }
  | { outcome: 'refused' }

interface Row {
  session: RefreshSession
  seed: Buffer | null
  used: boolean
  inGrace: boolean
  live: boolean
}

/**
 * Families of refresh tokens: each use of a token makes its successor (RFC 9700, section 4.14.2).
 *
 * A successor is derived from its parent, a random seed and a key of the process. So the parent can give the
 * same successor again within the grace, though the database keeps only hashes.
 */
export class RefreshTokens {
  readonly #keys: [Buffer, ...Buffer[]]

  constructor(secrets: Secrets) {
    this.#keys = secrets.keysFor('refresh-tokens')
  }

  async rotate(tx: Transaction, token: string): Promise<Rotation> {
    const hash = sha256(token)
    const row = await find(tx, hash)
    if (!row?.live) return { outcome: 'refused' }
    const { session, seed, used, inGrace } = row
    if (!used)
      return {
        outcome: 'renewed',
        session,
        refreshToken: await this.#succeed(tx, hash, token, session),
      }
    const successor = inGrace && seed ? await this.#unusedSuccessor(tx, token, seed) : undefined
    if (successor) return { outcome: 'renewed', session, refreshToken: successor }
    return { outcome: 'reused', session }
  }

  /** The session of a token; of a used one too, for the answer with its successor may have got lost. */
  async sessionOf(
    tx: Pick<Transaction, 'query'>,
    token: string,
  ): Promise<Pick<RefreshSession, 'userId' | 'sessionId'> | undefined> {
    const [row] = await tx.query<{ userId: string; sessionId: string }>(
      `SELECT s.user_id AS "userId", s.id AS "sessionId"
       FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
       WHERE t.hash = $1`,
      [sha256(token)],
    )
    return row
  }

  async #succeed(tx: Transaction, hash: Buffer, token: string, { sessionId }: RefreshSession) {
    const seed = randomBytes(32)
    const successor = derive(this.#keys[0], seed, token)
    await tx.query(
      'UPDATE refresh_tokens SET used_at = clock_timestamp(), seed = $2 WHERE hash = $1',
      [hash, seed],
    )
    await tx.query('INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)', [
      sha256(successor),
      sessionId,
    ])
    await tx.query('UPDATE sessions SET last_used_at = now() WHERE id = $1', [sessionId])
    return successor
  }

  async #unusedSuccessor(tx: Transaction, token: string, seed: Buffer) {
    for (const key of this.#keys) {
      const successor = derive(key, seed, token)
      const unused = await tx.query(
        'SELECT 1 FROM refresh_tokens WHERE hash = $1 AND used_at IS NULL',
        [sha256(successor)],
      )
      if (unused.length > 0) return successor
    }
    return undefined
  }
}

/** Locks the session first, so that all who use tokens of one family take turns. */
async function find(tx: Transaction, hash: Buffer): Promise<Row | undefined> {
  await tx.query(
    `SELECT 1 FROM sessions
     WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1) FOR UPDATE`,
    [hash],
  )
  const [row] = await tx.query<RefreshSession & Omit<Row, 'session'>>(
    `SELECT s.id AS "sessionId", s.user_id AS "userId", u.is_superuser AS "isSuperuser",
       u.token_version AS version, t.seed, t.used_at IS NOT NULL AS used,
       t.used_at > clock_timestamp() - make_interval(secs => $2) AS "inGrace",
       s.ended_at IS NULL AND s.expires_at > now() AND u.is_active AS live,
       extract(epoch FROM s.expires_at - now())::int AS "secondsLeft"
     FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
     WHERE t.hash = $1`,
    [hash, GRACE_SECONDS],
  )
  if (!row) return undefined
  const { seed, used, inGrace, live, ...session } = row
  return { session, seed, used, inGrace, live }
}

const derive = (key: Buffer, seed: Buffer, token: string) =>
  createHmac('sha256', key).update(seed).update(token).digest('base64url')
