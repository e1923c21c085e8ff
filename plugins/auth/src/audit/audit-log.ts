import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { AuditEntry, AuditLog, AuditRecord } from '../contract.js'

const COLUMNS = `id, at, action, actor_id AS "actorId", subject_id AS "subjectId", ip,
  request_id AS "requestId", before, after`

/** The rows of `audit_log`, which the database lets nobody change. */
export class PostgresAuditLog implements AuditLog {
  constructor(private readonly db: Database) {}

  async record(tx: Pick<Transaction, 'query'>, entry: AuditEntry): Promise<void> {
    const { action, actorId = null, subjectId = null, caller, before, after } = entry
    await tx.query(
      `INSERT INTO audit_log (action, actor_id, subject_id, ip, request_id, before, after)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        action,
        actorId,
        subjectId,
        caller?.ip ?? null,
        caller?.requestId ?? null,
        before === undefined ? null : JSON.stringify(before),
        after === undefined ? null : JSON.stringify(after),
      ],
    )
  }

  list({ limit, before }: { limit: number; before?: string | undefined }): Promise<AuditRecord[]> {
    return this.db.query<AuditRecord>(
      `SELECT ${COLUMNS} FROM audit_log WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [before ?? null, limit],
    )
  }
}
