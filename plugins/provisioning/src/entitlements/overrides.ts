import type { EventBus, Transaction } from '@titanforge/core'
import type { AuditEntry, AuditLog } from '@titanforge/auth'
import type { Database } from '@titanforge/database'
import { entitlementsChanged } from '../contract.js'
import { ProvisioningErrors } from '../errors.js'
import { isThere } from './entitlement-rows.js'

/** What somebody gives a customer, or takes away, whatever was paid for. */
export interface Override {
  kind: 'feature' | 'limit'
  /** The feature's or the limit's name. */
  feature: string
  /** The limit; for a feature 1 gives it and 0 takes it away. */
  value: number
  /** Null for good. */
  validUntil: Date | null
  /** For whoever asks later. */
  reason: string
}

/** Who does it, for the audit log. */
export type By = Pick<AuditEntry, 'actorId' | 'caller'>

type Name = Pick<Override, 'kind' | 'feature'>

/** PostgreSQL's bigint comes as text. */
type Row = Omit<Override, 'value'> & { value: string }

const COLUMNS = 'kind, feature, value, valid_until AS "validUntil", reason'
const overrideOf = (row: Row): Override => ({ ...row, value: Number(row.value) })

/** Overrides of what customers pay for. Each is recorded in the audit log, with what was there before. */
export class Overrides {
  constructor(
    private readonly db: Database,
    private readonly bus: EventBus,
    private readonly audit: AuditLog,
  ) {}

  /** Those of a user, what is over too. */
  async list(userId: string): Promise<Override[]> {
    const rows = await this.db.query<Row>(
      `SELECT ${COLUMNS} FROM entitlements WHERE user_id = $1 AND source = 'override'
       ORDER BY kind, feature`,
      [userId],
    )
    return rows.map(overrideOf)
  }

  /** Puts one in the place of the user's override of the same name. @throws ACCOUNT_UNKNOWN */
  async set(userId: string, override: Override, by: By): Promise<void> {
    const { kind, feature, value, validUntil, reason } = override
    await this.#change(userId, override, by, override, (tx) =>
      tx.query(
        `INSERT INTO entitlements (user_id, source, source_id, kind, feature, value, valid_until, reason)
         VALUES ($1, 'override', $1, $2, $3, $4, $5, $6)`,
        [userId, kind, feature, value, validUntil, reason],
      ),
    )
  }

  /** Lets what is paid for decide again. @throws ACCOUNT_UNKNOWN */
  async clear(userId: string, name: Name, by: By): Promise<void> {
    await this.#change(userId, name, by, undefined, async () => undefined)
  }

  async #change(
    userId: string,
    { kind, feature }: Name,
    by: By,
    after: Override | undefined,
    write: (tx: Transaction) => Promise<unknown>,
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      if (!(await isThere(tx, userId))) throw ProvisioningErrors.ACCOUNT_UNKNOWN()
      // One at a time, so that what the log calls "before" was there before.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `override ${userId} ${kind} ${feature}`,
      ])
      const [row] = await tx.query<Row>(
        `DELETE FROM entitlements
         WHERE user_id = $1 AND source = 'override' AND kind = $2 AND feature = $3 RETURNING ${COLUMNS}`,
        [userId, kind, feature],
      )
      const before = row && overrideOf(row)
      if (!before && !after) return
      await write(tx)
      const action = after ? 'entitlement.overridden' : 'entitlement.override_cleared'
      await this.audit.record(tx, { action, subjectId: userId, before, after, ...by })
      await this.bus.publish(tx, entitlementsChanged, { userId, subscriptionId: null })
    })
  }
}
