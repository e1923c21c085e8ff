import { timingSafeEqual } from 'node:crypto'
import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Caller, Identity } from '@titanforge/http'
import { v7 as uuidv7, validate as isUuid } from 'uuid'
import type { AuditLog } from '../contract.js'
import { sha256 } from '../tokens/sha256.js'
import { makeApiKey, prefixOf } from './api-key.js'

/** A key as its owner sees it. */
export interface ApiKeyView {
  id: string
  name: string
  /** Tells keys from each other; the key begins `tfk_<prefix>_`. */
  prefix: string
  scopes: string[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}

export interface NewApiKey {
  name: string
  scopes: string[]
  expiresAt?: Date | undefined
}

interface Known {
  id: string
  userId: string
  hash: Buffer
  scopes: string[]
  isSuperuser: boolean
  /** Whether its use is worth a note: none was for an hour, or the last one was of another address. */
  unnoted: boolean
}

const VIEW = `id, name, prefix, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
  last_used_at AS "lastUsedAt"`

/** Keys for programs. A key does what its scopes say, and never more than its account. */
export class ApiKeys {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  list(userId: string): Promise<ApiKeyView[]> {
    return this.db.query<ApiKeyView>(
      `SELECT ${VIEW} FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL ORDER BY id DESC`,
      [userId],
    )
  }

  /** Resolves with the key itself, which cannot be shown again. */
  async create(
    tx: Transaction,
    userId: string,
    { name, scopes, expiresAt }: NewApiKey,
    caller: Caller,
  ): Promise<ApiKeyView & { key: string }> {
    const { key, prefix } = makeApiKey()
    const [made] = await tx.query<ApiKeyView>(
      `INSERT INTO api_keys (id, user_id, name, prefix, hash, scopes, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${VIEW}`,
      [uuidv7(), userId, name, prefix, sha256(key), scopes, expiresAt ?? null],
    )
    if (!made) throw new TypeError('an insert returned nothing')
    await this.#note(tx, 'created', userId, { id: made.id, prefix, scopes }, caller)
    return { ...made, key }
  }

  /** False where the user has no key of this id. */
  async revoke(userId: string, id: string, caller: Caller): Promise<boolean> {
    if (!isUuid(id)) return false
    return this.db.transaction(async (tx) => {
      const [revoked] = await tx.query<{ id: string; prefix: string }>(
        `UPDATE api_keys SET revoked_at = now()
         WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING id, prefix`,
        [id, userId],
      )
      if (revoked) await this.#note(tx, 'revoked', userId, revoked, caller)
      return revoked !== undefined
    })
  }

  /** Revokes every key of a user. */
  async revokeAll(tx: Transaction, userId: string, caller: Caller): Promise<void> {
    const revoked = await tx.query<{ id: string; prefix: string }>(
      `UPDATE api_keys SET revoked_at = now()
       WHERE user_id = $1 AND revoked_at IS NULL RETURNING id, prefix`,
      [userId],
    )
    for (const key of revoked) await this.#note(tx, 'revoked', userId, key, caller)
  }

  /** Whose key it is; undefined for a key that is unknown, revoked, expired, or of a disabled account. */
  async identify(credential: string, caller: Caller): Promise<Identity | undefined> {
    const prefix = prefixOf(credential)
    if (prefix === undefined) return undefined
    const [known] = await this.db.query<Known>(
      `SELECT k.id, k.user_id AS "userId", k.hash, k.scopes, u.is_superuser AS "isSuperuser",
         k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 hour'
           OR k.last_used_ip IS DISTINCT FROM $2 AS unnoted
       FROM api_keys k JOIN users u ON u.id = k.user_id
       WHERE k.prefix = $1 AND k.revoked_at IS NULL AND u.is_active
         AND (k.expires_at IS NULL OR k.expires_at > now())`,
      [prefix, caller.ip],
    )
    if (!known || !timingSafeEqual(known.hash, sha256(credential))) return undefined
    const { id, userId, scopes } = known
    if (known.unnoted) await this.#noteUse(id, userId, prefix, caller)
    return { userId, scopes, isSuperuser: known.isSuperuser && scopes.includes('admin') }
  }

  /** Not each use, which would make a write of every read. */
  #noteUse(id: string, userId: string, prefix: string, caller: Caller): Promise<void> {
    return this.db.transaction(async (tx) => {
      await tx.query('UPDATE api_keys SET last_used_at = now(), last_used_ip = $2 WHERE id = $1', [
        id,
        caller.ip,
      ])
      await this.#note(tx, 'used', userId, { id, prefix }, caller)
    })
  }

  #note(tx: Transaction, what: string, userId: string, after: object, caller: Caller) {
    const action = `api_key.${what}`
    return this.audit.record(tx, { action, actorId: userId, subjectId: userId, caller, after })
  }
}
