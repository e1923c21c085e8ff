import test from 'ava'
import type Stripe from 'stripe'
import { RunningPeriod } from '../src/subscriptions/running-period.js'
import { verdictOnRest } from '../src/subscriptions/verdict-on-rest.js'

const NOW = 1_790_000_000

const line = (amount: number, end: number, more: Partial<Stripe.InvoiceLineItem> = {}) => ({
  ...{ amount, period: { start: end - 1000, end } },
  parent: { subscription_item_details: { proration: false } },
  ...more,
})

const proration = (amount: number, end: number) =>
  line(amount, end, {
    parent: { subscription_item_details: { proration: true } },
  } as Partial<Stripe.InvoiceLineItem>)

/** A paid invoice that credit has paid no part of, unless it is told. */
const invoice = (
  billing_reason: string,
  created: number,
  lines: readonly object[],
  more: Partial<Stripe.Invoice> = {},
) => ({
  invoice: {
    ...{ status: 'paid', billing_reason, created, starting_balance: 0, ending_balance: 0 },
    ...{ total: 2000, amount_paid: 2000 },
    ...more,
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
  t.false(period.add(renewal.invoice, renewal.lines))
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
  t.true(period.add(change.invoice, change.lines))
  t.false(period.add(renewal.invoice, renewal.lines))
  t.deepEqual(period.kept(), { left: 2500, unclear: 0, disputed: 0 })
})

const [RENEWAL, CHANGE] = ['subscription_cycle', 'subscription_update'] as const

/** Renewals of 2000, the newest first, each by so much credit. */
const renewalsBy = (...credit: number[]) =>
  credit.map((amount, n) =>
    invoice(RENEWAL, NOW - n * 1000, [line(2000, NOW - n * 1000 + 1000)], {
      ...{ starting_balance: -amount, ending_balance: 0, amount_paid: 2000 - amount },
    }),
  )

test('what was given back of earlier periods matters only where one of them was credited', (t) => {
  const gifts = renewalsBy(500, 500, 500)
  const period = new RunningPeriod()
  for (const { invoice, lines } of gifts) t.true(period.add(invoice, lines))
  t.deepEqual(
    [...period.inQuestion()].map((it) => it.invoice),
    [gifts[0]?.invoice],
  )
  t.deepEqual(period.kept(), { left: 2000, unclear: 0, disputed: 0 })
})

test('credit that is owed stays so where what it has paid for is put to credit again', (t) => {
  const [now, before, first] = renewalsBy(2000, 1200, 0)
  const change = invoice(CHANGE, NOW - 1500, [proration(-1200, NOW - 1000)], {
    ...{ total: -1200, ending_balance: -1200, amount_paid: 0 },
  })
  const back = new Map<unknown, number>([
    [first?.invoice, 2000],
    [before?.invoice, 2000],
  ])
  const period = new RunningPeriod()
  for (const it of [now, before, change, first])
    if (it) t.is(period.add(it.invoice, it.lines), it !== first)
  for (const paid of period.inQuestion())
    paid.back = { back: back.get(paid.invoice) ?? 0, disputed: 0 }
  t.deepEqual(period.kept(), { left: 800, unclear: 1200, disputed: 0 })
})
