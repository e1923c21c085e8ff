import type {
  ConvertedMrrDay,
  CustomerMonth,
  Metric,
  Movement,
  MrrDay,
  MrrPeriod,
  TrialCohort,
} from '../contract.js'

const MOVED = ['new', 'reactivation', 'expansion', 'contraction', 'churn'] as const
const PERIOD = ['day', 'currency', 'start', ...MOVED, 'end', 'isProvisional'] as const

/** The columns of each table, in their order; a table without rows has them too. */
export const COLUMNS = {
  summary: [
    ...['currency', 'mrr', 'arr', 'committedMrr', 'startMrr', ...MOVED],
    ...['grossChurn', 'netChurn', 'netRevenueRetention', 'grossRevenueRetention'],
    ...['payingCustomers', 'arpu', 'ltv'],
    ...['revenue', 'refunded', 'disputeLost', 'tax', 'netRevenue', 'usageRevenue'],
  ],
  metrics: [
    'day',
    'metric',
    'dimension',
    'currency',
    'value',
    'isProvisional',
  ] satisfies (keyof Metric)[],
  days: [...PERIOD, 'committed', 'customers'] satisfies (keyof MrrDay)[],
  months: [...PERIOD] satisfies (keyof MrrPeriod)[],
  converted: [...PERIOD, 'fx', 'isEstimated', 'missing'] satisfies (keyof ConvertedMrrDay)[],
  customers: [
    'month',
    'start',
    'new',
    'reactivated',
    'churned',
    'end',
    'isProvisional',
  ] satisfies (keyof CustomerMonth)[],
  movements: [
    'at',
    'customerId',
    'currency',
    'kind',
    'amount',
    'balance',
    'subscriptionId',
    'revision',
    'reason',
  ] satisfies (keyof Movement)[],
  retention: ['cohort', 'months', 'size', 'customers'],
  trials: [
    'month',
    'started',
    'converted',
    'isOpen',
    'ended',
    'endedConverted',
  ] satisfies (keyof TrialCohort)[],
}
