import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { AuditEntry, AuditLog, AuditRecord } from '../contract.js'

const COLUMNS = `e.id, at, action, actor_id AS "actorId", actor.email AS "actorEmail", subject_id AS "subjectId",
  subject.email AS "subjectEmail", ip, request_id AS "requestId", before, after`

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
      `SELECT ${COLUMNS} FROM audit_log e
       LEFT JOIN users actor ON actor.id = actor_id LEFT JOIN users subject ON subject.id = subject_id
       WHERE $1::bigint IS NULL OR e.id < $1 ORDER BY e.id DESC LIMIT $2`,
      [before ?? null, limit],
    )
  }
}
