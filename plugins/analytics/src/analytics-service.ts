import type { Database } from '@titanforge/database'
import type { AnalyticsConfig } from './config.js'
import type {
  Analytics,
  BackFillOptions,
  DayRange,
  FxRate,
  MetricQuery,
  Money,
  MovementQuery,
  Summary,
} from './contract.js'
import { retention, trials } from './reports/cohorts.js'
import { convertedMrr } from './reports/converted-mrr.js'
import { metrics } from './reports/metrics.js'
import { movements } from './reports/movements.js'
import { mrrChart } from './reports/mrr-chart.js'
import { customersByMonth, mrrByDay, mrrByMonth } from './reports/mrr-series.js'
import { summary } from './reports/summary.js'
import { backFill } from './roll-up/back-fill.js'
import { catchUp } from './roll-up/catch-up.js'
import { rollUpCohorts } from './roll-up/cohorts.js'
import { takeTurn } from './roll-up/roll-up.js'

export class AnalyticsService implements Analytics {
  constructor(
    private readonly db: Database,
    private readonly config: AnalyticsConfig,
  ) {}

  rollUp = (range: DayRange, options?: BackFillOptions) =>
    backFill(this.db, range, this.config, options)
  metrics = (query: MetricQuery) => metrics(this.db, query)
  mrrByDay = (range: DayRange) => mrrByDay(this.db, range)
  mrrByMonth = (range: DayRange) => mrrByMonth(this.db, range)
  customersByMonth = (range: DayRange) => customersByMonth(this.db, range)
  movements = (query: MovementQuery) => movements(this.db, query)
  retention = () => retention(this.db)
  trials = () => trials(this.db)

  catchUp(signal: AbortSignal = new AbortController().signal): Promise<void> {
    return catchUp(this.db, this.config, signal)
  }

  /** Computes the cohorts anew, which change with months rather than with days. */
  async closeDay(signal: AbortSignal): Promise<void> {
    await this.catchUp(signal)
    if (signal.aborted) return
    await this.db.transaction(
      async (tx) => {
        await takeTurn(tx)
        await rollUpCohorts(tx, this.config)
      },
      { statementSeconds: 0 },
    )
  }

  async summary(range: DayRange): Promise<Summary> {
    const window = await summary(this.db, range, this.config.grossMargin)
    const last = window.asOf ?? range.to
    const [converted] = await this.convertedMrr({ from: last, to: last })
    return { ...window, converted: converted ?? null }
  }

  convertedMrr(range: DayRange) {
    return convertedMrr(this.db, range, this.config.reportingCurrency)
  }

  async mrrChart(range: DayRange): Promise<string> {
    return mrrChart(await this.mrrByDay(range))
  }

  async mrrOf(userId: string): Promise<Money> {
    const rows = await this.db.query<{ currency: string; amount: string }>(
      `SELECT currency, sum(amount) AS amount FROM (
         SELECT DISTINCT ON (subscription_id) currency, amount FROM mrr_changes
         WHERE customer_id = $1 AND at <= now() AND livemode = $2
         ORDER BY subscription_id, revision DESC, step DESC
       ) AS newest WHERE amount > 0 GROUP BY currency`,
      [userId, this.config.livemode],
    )
    return Object.fromEntries(rows.map(({ currency, amount }) => [currency, Number(amount)]))
  }

  async setRates(rates: readonly FxRate[]): Promise<void> {
    await this.db.query(
      `INSERT INTO fx_rates (day, base, quote, rate)
       SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::numeric[])
       ON CONFLICT (base, quote, day) DO UPDATE SET rate = excluded.rate`,
      [
        rates.map(({ day }) => day),
        rates.map(({ base }) => base.toLowerCase()),
        rates.map(({ quote }) => quote.toLowerCase()),
        rates.map(({ rate }) => rate),
      ],
    )
  }
}
