import test from 'ava'
import Stripe from 'stripe'
import { keptOf } from '../src/subscriptions/kept.js'
import { stripeStandIn } from './stripe-stand-in.js'

const NOW = 1_790_000_000

/** A line for the period that begins now, or for the one that ends. */
const line = (n: number, amount: number, isAhead: boolean) => ({
  id: `il_${n}`,
  object: 'line_item',
  amount,
  period: isAhead ? { start: NOW, end: NOW + 1000 } : { start: NOW - 1000, end: NOW },
  parent: {
    type: 'subscription_item_details',
    subscription_item_details: { proration: !isAhead, invoice_item: null },
  },
})

test('all lines of an invoice count, also those that do not come with it', async (t) => {
  const api = await stripeStandIn()
  t.teardown(() => api.close())
  const lines = [line(1, -500, false), line(2, 2000, true)]
  api.objects.set('/v1/invoices', {
    object: 'list',
    has_more: false,
    data: [
      {
        ...{ id: 'in_1', object: 'invoice', status: 'paid', billing_reason: 'subscription_cycle' },
        ...{ created: NOW, total: 1500, amount_paid: 0, starting_balance: 0, ending_balance: 0 },
        pre_payment_credit_notes_amount: 0,
        post_payment_credit_notes_amount: 0,
        lines: { object: 'list', data: lines.slice(0, 1), has_more: true },
      },
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
