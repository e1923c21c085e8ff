import type { User } from '@titanforge/auth'
import { formatMoney } from '@titanforge/core/currency'
import Table from 'cli-table3'
import type { ReplayServices } from './command.js'

const HEAD = ['user', 'plan', 'status', 'period (UTC)', 'entitlements', 'mails', 'MRR']

/** Where each account stands, as a table for people. */
export async function stateTable(
  accounts: readonly User[],
  services: ReplayServices,
): Promise<string> {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } })
  for (const user of accounts) table.push(await rowOf(user, services))
  return table.toString()
}

async function rowOf(
  user: User,
  { db, billing, grants, analytics }: ReplayServices,
): Promise<string[]> {
  const [subscription] = await billing.subscriptionsOf(user.id)
  const { plans, features, limits } = await grants.of(user.id)
  const [mails] = await db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM notifications WHERE user_id = $1',
    [user.id],
  )
  const mrr = Object.entries(await analytics.mrrOf(user.id)).map(([currency, amount]) =>
    formatMoney(amount, currency),
  )
  const granted = [
    ...plans,
    ...features,
    ...Object.entries(limits).map(([name, value]) => `${name} ≤ ${value}`),
  ]
  return [
    user.email,
    subscription?.plan ?? '–',
    subscription?.status ?? '–',
    `${day(subscription?.currentPeriodStart)} – ${day(subscription?.currentPeriodEnd)}`,
    granted.join('\n') || '–',
    String(mails?.count ?? 0),
    mrr.join(', ') || '–',
  ]
}

const day = (date: Date | null | undefined) => date?.toISOString().slice(0, 10) ?? '?'
