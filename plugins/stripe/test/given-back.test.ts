import test, { type ExecutionContext } from 'ava'
import Stripe from 'stripe'
import { givenBack } from '../src/subscriptions/given-back.js'
import { stripeStandIn } from './stripe-stand-in.js'

/** What was given back of an invoice with these payments, which come two by two. */
async function backOf(t: ExecutionContext, payments: readonly object[]) {
  const api = await stripeStandIn()
  t.teardown(() => api.close())
  const all = payments.map((payment, n) => ({
    ...{ id: `inpay_${n}`, object: 'invoice_payment', amount_paid: 200 },
    payment,
  }))
  api.behaviours.push(({ path, query }) => {
    if (path !== '/v1/invoice_payments') return undefined
    const from = all.findIndex(({ id }) => id === query.get('starting_after')) + 1
    const data = all.slice(from, from + 2)
    return { object: 'list', data, has_more: from + 2 < all.length, url: path }
  })
  const client = new Stripe('sk_test_of_the_tests', {
    host: '127.0.0.1',
    port: Number(new URL(api.url).port),
    protocol: 'http',
  })
  const invoice = {
    ...{ id: 'in_1', amount_paid: 300 },
    ...{ pre_payment_credit_notes_amount: 0, post_payment_credit_notes_amount: 0 },
  }
  return givenBack(client, invoice as Stripe.Invoice)
}

test('every page of the payments of an invoice is read', async (t) => {
  const payments = [1, 2, 3].map((n) => ({
    type: 'payment_intent',
    payment_intent: { id: `pi_${n}`, latest_charge: { id: `ch_${n}`, amount_refunded: 100 } },
  }))
  t.deepEqual(await backOf(t, payments), { back: 300, disputed: 0 })
})

test('what was refunded elsewhere counts, and where that cannot be read it is uncertain', async (t) => {
  const amount_refunded = { currency: 'usd', value: 150 }
  const payments = [
    { type: 'payment_record', payment_record: { id: 'pr_1', amount_refunded } },
    { type: 'payment_record', payment_record: 'pr_2' },
    { type: 'payment_intent', payment_record: null, payment_intent: 'pi_3' },
  ]
  t.deepEqual(await backOf(t, payments), { back: 150, disputed: 200 })
})
