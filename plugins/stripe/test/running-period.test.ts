import test from 'ava'
import type Stripe from 'stripe'
import { RunningPeriod } from '../src/subscriptions/running-period.js'
import { verdictOnRest } from '../src/subscriptions/verdict-on-rest.js'

const NOW = 1_790_000_000
const NOTHING = { back: 0, disputed: 0 }

const line = (amount: number, end: number, more: Partial<Stripe.InvoiceLineItem> = {}) => ({
  ...{ amount, period: { start: end - 1000, end } },
  parent: { subscription_item_details: { proration: false } },
  ...more,
})

const proration = (amount: number, end: number) =>
  line(amount, end, {
    parent: { subscription_item_details: { proration: true } },
  } as Partial<Stripe.InvoiceLineItem>)

/** A paid invoice that credit has paid no part of. */
const invoice = (billing_reason: string, created: number, lines: readonly object[]) => ({
  invoice: {
    ...{ status: 'paid', billing_reason, created, starting_balance: 0, ending_balance: 0 },
    ...{ total: 2000, amount_paid: 2000 },
  } as Stripe.Invoice,
  lines: lines as Stripe.InvoiceLineItem[],
})

test('usage that billing credits have paid takes nothing off the plan', (t) => {
  const used = line(5000, NOW, {
    pretax_credit_amounts: [
      { type: 'credit_balance_transaction', amount: 4900 },
      { type: 'discount', amount: 100 },
    ],
    discount_amounts: [{ amount: 100, discount: 'di_1' }],
  })
  const renewal = invoice('subscription_cycle', NOW, [used, line(2000, NOW + 1000)])
  const period = new RunningPeriod()
  t.false(period.add(renewal.invoice, renewal.lines, NOTHING))
  t.deepEqual(period.kept(), { left: 2000, unclear: 0, disputed: 0 })
  const rest = { credit: 2000, charge: 3000, waits: false }
  t.is(verdictOnRest(rest, period.kept(), false), 'counted')
})

test('usage that a change bills begins no period', (t) => {
  const later = NOW + 500
  const change = invoice('subscription_update', later, [
    line(1500, later),
    proration(500, NOW + 1000),
  ])
  const renewal = invoice('subscription_cycle', NOW, [line(2000, NOW + 1000)])
  const period = new RunningPeriod()
  t.true(period.add(change.invoice, change.lines, NOTHING))
  t.false(period.add(renewal.invoice, renewal.lines, NOTHING))
  t.deepEqual(period.kept(), { left: 2500, unclear: 0, disputed: 0 })
})
