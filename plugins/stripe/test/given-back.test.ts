import test from 'ava'
import Stripe from 'stripe'
import { givenBack } from '../src/subscriptions/given-back.js'
import { stripeStandIn } from './stripe-stand-in.js'

test('every page of the payments of an invoice is read', async (t) => {
  const api = await stripeStandIn()
  t.teardown(() => api.close())
  const payment = (n: number) => ({
    id: `inpay_${n}`,
    object: 'invoice_payment',
    payment: {
      type: 'payment_intent',
      payment_intent: { id: `pi_${n}`, latest_charge: { id: `ch_${n}`, amount_refunded: 100 } },
    },
  })
  api.behaviours.push(({ path, query }) => {
    if (path !== '/v1/invoice_payments') return undefined
    const page = query.has('starting_after') ? [payment(3)] : [payment(1), payment(2)]
    return { object: 'list', data: page, has_more: page.length > 1, url: path }
  })
  const client = new Stripe('sk_test_of_the_tests', {
    host: '127.0.0.1',
    port: Number(new URL(api.url).port),
    protocol: 'http',
  })
  const invoice = {
    id: 'in_1',
    amount_paid: 300,
    pre_payment_credit_notes_amount: 0,
    post_payment_credit_notes_amount: 0,
  }
  const back = await givenBack(client, invoice as Stripe.Invoice)
  t.deepEqual(back, { back: 300, disputed: 0 })
})
