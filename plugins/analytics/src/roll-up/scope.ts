/** What the figures cover (S18). */
export interface Scope {
  /** The payment provider's mode. */
  livemode: boolean
  /** The types of event that make their user an active one (S16). */
  activity: readonly string[]
}

/** A condition: that the account is none of our own people's. */
export const notInternal = (column: string) => `${column} NOT IN (SELECT id FROM internal_accounts)`

/**
 * A condition on events: that none of our own people caused them. The log still knows a deleted account by
 * the key of the events that are counted, which is its id.
 */
export const notByInternal = `(user_id IS NULL OR ${notInternal('user_id')})
  AND (user_id IS NOT NULL OR key IS NULL OR key NOT IN (SELECT id::text FROM deleted_internal_accounts))`

/** The moment at which a day begins, in UTC; of the day after, with `offset` 1. */
export const beginOf = (parameter: string, offset = 0) =>
  `((${parameter}::date + ${offset})::timestamp AT TIME ZONE 'UTC')`

/** The UTC day of a moment. */
export const dayOf = (column: string) => `(${column} AT TIME ZONE 'UTC')::date`

/** A column that is true while a day is not over (S9). */
export const isProvisional = (day: string) => `${day} >= ${dayOf('now()')}`
