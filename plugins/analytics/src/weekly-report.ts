import type { EventBus } from '@titanforge/core'
import { formatMoney } from '@titanforge/core/currency'
import type { Database } from '@titanforge/database'
import type { Analytics, DayRange, Summary } from './contract.js'
import { addDays } from './day.js'
import { weeklyReported } from './events.js'
import { mrrChart } from './reports/mrr-chart.js'
import { pngOf } from './reports/png-of.js'

const CHART_DAYS = 84

/**
 * Publishes what the week before a Monday came to, once for each superuser, with a picture of the MRR of the
 * last twelve weeks. Whoever sends mails listens.
 *
 * @param monday the day after the week's last, in UTC.
 */
export async function publishWeeklyReport(
  db: Database,
  bus: EventBus,
  analytics: Analytics,
  monday: string,
): Promise<void> {
  const from = addDays(monday, -7)
  const to = addDays(monday, -1)
  const figures = figuresOf(await analytics.summary({ from, to }))
  const chart = await chartOf(analytics, { from: addDays(monday, -CHART_DAYS), to })
  await db.transaction(async (tx) => {
    const readers = await tx.query<{ id: string }>(
      'SELECT id FROM users WHERE is_superuser AND is_active ORDER BY id',
    )
    const messages = readers.map(({ id: userId }) => ({
      payload: { userId, weekStart: `${from}T00:00:00.000Z`, figures, chart },
      source: 'analytics',
      externalId: `weekly:${from}:${userId}`,
    }))
    if (messages.length > 0) await bus.publishAll(tx, weeklyReported, messages)
  })
}

async function chartOf(analytics: Analytics, range: DayRange) {
  const days = await analytics.mrrByDay(range)
  if (days.length === 0) return undefined
  const png = Buffer.from(await pngOf(await mrrChart(days))).toString('base64')
  return { png, alt: `Monthly recurring revenue by day, from ${range.from} to ${range.to}` }
}

function figuresOf({ currencies, customers, users, totals }: Summary): [string, string][] {
  const number = new Intl.NumberFormat('en')
  const ofMoney = currencies.flatMap(({ currency, mrr, movements, netRevenue }) => {
    const name = currencies.length > 1 ? ` (${currency.toUpperCase()})` : ''
    return [
      [`MRR${name}`, formatMoney(mrr, currency)],
      [`New MRR${name}`, formatMoney(movements.new + movements.reactivation, currency)],
      [`Lost MRR${name}`, formatMoney(movements.churn + movements.contraction, currency)],
      [`Net revenue${name}`, formatMoney(netRevenue, currency)],
    ] as [string, string][]
  })
  const count = (label: string, value: number | undefined): [string, string] => [
    label,
    number.format(value ?? 0),
  ]
  return [
    ...ofMoney,
    count('Paying customers', customers.paying),
    count('Sign-ups', totals.sign_ups),
    count('Weekly active users', users.wau),
    count('API calls', totals.api_calls),
    count('Agent runs', totals.agent_runs),
  ]
}
