import { on } from '@titanforge/core'
import { sqlMigration, type Database } from '@titanforge/database'
import { subscriptionChanged } from '@titanforge/stripe'
import { milestoneReached } from './contract.js'

export const customersTable = sqlMigration('0001-customers', {
  up: `CREATE TABLE milestone_customers (
    subscription_id uuid PRIMARY KEY, revision integer NOT NULL, pays boolean NOT NULL
  )`,
  down: 'DROP TABLE milestone_customers',
})

/** How many customers pay now, as seen by a transaction or by the database. */
export async function countCustomers(db: Pick<Database, 'query'>): Promise<number> {
  const [row] = await db.query<{ customers: number }>(
    'SELECT count(*)::int AS customers FROM milestone_customers WHERE pays',
  )
  return row?.customers ?? 0
}

/** Keeps count of who pays and publishes each multiple of `every` once. */
export const countChanges = (every: number) =>
  on(subscriptionChanged, 'milestones.count', async ({ payload, tx, publish }) => {
    // One at a time, so that two who come at the same moment make two different numbers.
    await tx.query('LOCK TABLE milestone_customers IN EXCLUSIVE MODE')
    await tx.query(
      `INSERT INTO milestone_customers AS known VALUES ($1, $2, $3)
       ON CONFLICT (subscription_id) DO UPDATE SET revision = $2, pays = $3 WHERE known.revision < $2`,
      [payload.subscriptionId, payload.revision, payload.after.access],
    )
    const customers = await countCustomers(tx)
    if (customers === 0 || customers % every !== 0) return
    // A pair of source and external id is stored once, for ever.
    await publish(
      milestoneReached,
      { customers },
      { source: 'milestones', externalId: `${customers}` },
    )
  })
