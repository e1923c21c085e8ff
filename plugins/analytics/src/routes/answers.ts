import { z } from 'zod'
import type {
  ConvertedMrrDay,
  CustomerMonth,
  Metric,
  Movement,
  MrrDay,
  MrrPeriod,
  RetentionCohort,
  Summary,
  TrialCohort,
} from '../contract.js'

// What leaves, as JSON: the API's description says so, and a test holds the routes to it. Each is checked
// against the type of what it describes.

const day = z.iso.date().describe('UTC.')
const amount = z.int().describe('Minor units.')
const rate = z.number().nullable().describe('0.5 is 50 %; null where nobody paid at first.')
const count = z.int()
const currency = z.string().describe('ISO 4217, in small letters; empty where it is no money.')
const isProvisional = z.boolean().describe('True while the time is not over.')

const days = { from: day, to: day }

const moved = {
  new: amount,
  reactivation: amount,
  expansion: amount,
  contraction: amount,
  churn: amount,
}
const period = { day, currency, start: amount, ...moved, end: amount, isProvisional }

const mrrPeriod = z.object(period) satisfies z.ZodType<MrrPeriod>
const mrrDay = z.object({
  ...period,
  committed: amount,
  customers: count,
}) satisfies z.ZodType<MrrDay>
const convertedDay = z.object({
  ...period,
  fx: amount.describe('What changed rates made of what was there the day before; minor units.'),
  isEstimated: z.boolean(),
  missing: z.array(z.string()).describe('Currencies without a rate.'),
}) satisfies z.ZodType<ConvertedMrrDay>

export const summary = z.object({
  ...days,
  asOf: day.nullable().describe('The last day that is computed.'),
  currencies: z.array(
    z.object({
      currency,
      mrr: amount,
      arr: amount,
      committedMrr: amount,
      startMrr: amount,
      movements: z.object(moved),
      churn: z.object({
        gross: rate,
        net: rate,
        netRevenueRetention: rate,
        grossRevenueRetention: rate,
      }),
      payingCustomers: count,
      arpu: z.number().nullable().describe('Minor units for each paying customer.'),
      ltv: z.number().nullable().describe('Minor units.'),
      revenue: amount,
      refunded: amount,
      disputeLost: amount,
      tax: amount,
      netRevenue: amount,
      usageRevenue: amount,
    }),
  ),
  converted: convertedDay.nullable(),
  customers: z.object({
    paying: count,
    active: count,
    start: count,
    churned: count,
    churn: rate,
  }),
  users: z.object({ dau: count, wau: count, mau: count, stickiness: z.number().nullable() }),
  totals: z.record(z.string(), z.number()).describe('Sums of the days, by metric.'),
}) satisfies z.ZodType<Summary>

const metric = z.object({
  day,
  metric: z.string(),
  dimension: z.string().describe('What it is split by, such as a route; empty for all together.'),
  currency,
  value: z.number().describe('Minor units where there is a currency.'),
  isProvisional,
}) satisfies z.ZodType<Metric>

export const metrics = z.object({ ...days, metrics: z.array(metric) })

const customerMonth = z.object({
  month: day.describe('Its first day, UTC.'),
  start: count,
  new: count,
  reactivated: count,
  churned: count,
  end: count,
  isProvisional,
}) satisfies z.ZodType<CustomerMonth>

export const mrr = z.object({
  ...days,
  mrr: z.array(mrrDay),
  months: z.array(mrrPeriod),
  customers: z.array(customerMonth),
  converted: z.array(convertedDay).describe('Empty where there is no reporting currency.'),
})

const movement = z.object({
  at: z.iso.datetime(),
  customerId: z.guid(),
  currency,
  kind: z.enum(['new', 'reactivation', 'expansion', 'contraction', 'churn']),
  amount,
  balance: amount.describe('What the customer is worth after it; minor units.'),
  subscriptionId: z.guid(),
  revision: z.int(),
  reason: z.enum(['delinquent', 'recovered']).nullable(),
}) satisfies z.ZodType<Movement>

export const movements = z.object({
  ...days,
  movements: z.array(movement),
  next: z.string().nullable().describe('Where the next page begins; null behind the last one.'),
})

const retentionCohort = z.object({
  cohort: day.describe('The month of the first payment, by its first day; UTC.'),
  size: count,
  customers: z.array(count).describe('Who pays at the end of that month, of the next, and so on.'),
}) satisfies z.ZodType<RetentionCohort>

const trialCohort = z.object({
  month: day.describe('Its first day, UTC.'),
  started: count,
  converted: count,
  isOpen: z.boolean().describe('True while some of them may still convert.'),
  ended: count,
  endedConverted: count,
}) satisfies z.ZodType<TrialCohort>

export const cohorts = z.object({
  retention: z.array(retentionCohort),
  trials: z.array(trialCohort),
})

export const taken = z.object({ accepted: count, duplicates: count })
