import test from 'ava'
import Stripe from 'stripe'
import { keptOf } from '../src/subscriptions/kept.js'
import { stripeStandIn } from './stripe-stand-in.js'

const NOW = 1_790_000_000

const line = (n: number, amount: number, end: number, proration = false) => ({
  ...{ id: `il_${n}`, object: 'line_item', amount, period: { start: end - 1000, end } },
  parent: {
    type: 'subscription_item_details',
    subscription_item_details: { proration, invoice_item: null },
  },
})

const invoice = (n: number, created: number, total: number, lines: object) => ({
  ...{ id: `in_${n}`, object: 'invoice', status: 'paid', billing_reason: 'subscription_cycle' },
  ...{ created, total, amount_paid: 0, starting_balance: 0, ending_balance: 0 },
  ...{ pre_payment_credit_notes_amount: 0, post_payment_credit_notes_amount: 0 },
  lines,
})

test('all lines of an invoice count, also those that do not come with it', async (t) => {
  const api = await stripeStandIn()
  t.teardown(() => api.close())
  // Credit for the period before, and the one that begins.
  const lines = [line(1, -500, NOW, true), line(2, 2000, NOW + 1000)]
  const before = { object: 'list', data: [line(3, 2000, NOW)], has_more: false }
  api.objects.set('/v1/invoices', {
    object: 'list',
    has_more: false,
    data: [
      invoice(1, NOW, 1500, { object: 'list', data: lines.slice(0, 1), has_more: true }),
      invoice(2, NOW - 1000, 2000, before),
    ],
  })
  api.behaviours.push(({ path, query }) => {
    if (path !== '/v1/invoices/in_1/lines') return undefined
    const data = query.has('starting_after') ? lines.slice(1) : lines.slice(0, 1)
    return { object: 'list', data, has_more: data[0] === lines[0], url: path }
  })
  const client = new Stripe('sk_test_of_the_tests', {
    host: '127.0.0.1',
    port: Number(new URL(api.url).port),
    protocol: 'http',
  })
  t.deepEqual(await keptOf(client, 'sub_1'), { left: 2000, unclear: 0, disputed: 0 })
})
