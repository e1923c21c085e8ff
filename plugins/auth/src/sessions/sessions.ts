import { randomBytes } from 'node:crypto'
import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { v7 as uuidv7, validate as isUuid } from 'uuid'
import type { Client } from '../client.js'
import { sha256 } from '../tokens/sha256.js'

export type LoginMethod = 'password' | 'github'
export type EndReason = 'logout' | 'revoked' | 'password' | 'disabled' | 'reuse'

/** A session as its owner sees it. */
export interface SessionView {
  id: string
  method: LoginMethod
  ip: string
  userAgent: string
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

/** A session that has just begun. */
export interface NewSession {
  sessionId: string
  /** Shown to the client and kept nowhere. */
  refreshToken: string
}

const LIVE = 'ended_at IS NULL AND expires_at > now()'
// What a header may hold is more than a list of sessions needs.
const USER_AGENT_LENGTH = 256

/** Log-ins. Each ends at a fixed time, however often its tokens are renewed. */
export class Sessions {
  constructor(
    private readonly db: Database,
    private readonly days: number,
  ) {}

  async start(
    tx: Transaction,
    userId: string,
    method: LoginMethod,
    client: Client,
  ): Promise<NewSession> {
    const sessionId = uuidv7()
    const refreshToken = randomBytes(32).toString('base64url')
    await tx.query(
      `INSERT INTO sessions (id, user_id, method, ip, user_agent, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6))`,
      [
        sessionId,
        userId,
        method,
        client.ip,
        client.userAgent.slice(0, USER_AGENT_LENGTH),
        this.days,
      ],
    )
    await tx.query('INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)', [
      sha256(refreshToken),
      sessionId,
    ])
    return { sessionId, refreshToken }
  }

  /** The sessions of a user that are on, newest first. */
  list(userId: string): Promise<SessionView[]> {
    return this.db.query<SessionView>(
      `SELECT id, method, ip, user_agent AS "userAgent", created_at AS "createdAt",
         last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
       FROM sessions WHERE user_id = $1 AND ${LIVE} ORDER BY id DESC`,
      [userId],
    )
  }

  /** Whose session it is; undefined where it has ended. */
  async ownerOf(tx: Transaction, id: string): Promise<string | undefined> {
    const [session] = await tx.query<{ userId: string }>(
      `SELECT user_id AS "userId" FROM sessions WHERE id = $1 AND ${LIVE}`,
      [id],
    )
    return session?.userId
  }

  /** Whether somebody logged in so short a time ago that it need not be asked again. */
  async isFresh(sessionId: string | undefined, minutes: number): Promise<boolean> {
    const rows = await this.db.query(
      `SELECT 1 FROM sessions
       WHERE id = $1 AND ${LIVE} AND created_at > now() - make_interval(mins => $2)`,
      [sessionId ?? null, minutes],
    )
    return rows.length > 0
  }

  /** Ends one session of a user. False where the user has none of this id. */
  async end(tx: Transaction, userId: string, id: string, reason: EndReason): Promise<boolean> {
    if (!isUuid(id)) return false
    const ended = await tx.query(
      `UPDATE sessions SET ended_at = now(), ended_reason = $3
       WHERE id = $1 AND user_id = $2 AND ended_at IS NULL RETURNING id`,
      [id, userId, reason],
    )
    return ended.length > 0
  }

  /** Ends all sessions of a user, except one where that is named. Resolves with how many. */
  async endAll(
    tx: Transaction,
    userId: string,
    reason: EndReason,
    except: string | null = null,
  ): Promise<number> {
    const ended = await tx.query(
      `UPDATE sessions SET ended_at = now(), ended_reason = $2
       WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $3 RETURNING id`,
      [userId, reason, except],
    )
    return ended.length
  }
}
