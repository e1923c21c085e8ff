import test from 'ava'
import type Stripe from 'stripe'
import {
  assertValid,
  checkedSandbox,
  customerWith,
  monthly,
  typesSince,
} from '../support/sandbox.js'

async function opened(stripe: Stripe, configuration?: string) {
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'http://localhost:3000/account',
    ...(configuration ? { configuration } : {}),
  })
  const act = (form: Record<string, string>) =>
    fetch(session.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })
  return { customer, subscription, session, act }
}

test('the portal shows the plan, its end or renewal, and the invoices', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { session } = await opened(stripe)
  const page = await (await fetch(session.url)).text()
  for (const text of [
    /Plan of 2000, \$20\.00 \/ month/,
    /renews \d{4}-/,
    /\$20\.00/,
    /account">Back/,
  ])
    t.regex(page, text)
  const answer = await fetch(session.url.slice(0, -1))
  t.is(answer.status, 404)
})

test('cancelled in the portal, only cancel_at is set; kept again, it is not', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const { subscription, act } = await opened(stripe)
  const form = { subscription: subscription.id }
  await act({ ...form, action: 'cancel' })
  const scheduled = await stripe.subscriptions.retrieve(subscription.id)
  t.is(scheduled.cancel_at, subscription.items.data[0]?.current_period_end ?? 0)
  t.false(scheduled.cancel_at_period_end)
  await act({ ...form, action: 'resume' })
  t.is((await stripe.subscriptions.retrieve(subscription.id)).cancel_at, null)
  await act({ ...form, action: 'cancel' })
  sandbox.advance({ months: 1 })
  t.is((await stripe.subscriptions.retrieve(subscription.id)).status, 'canceled')
  t.is((await typesSince(stripe)).at(-1), 'customer.subscription.deleted')
  await assertValid(t, checked)
})

test('the plan and the payment method are changed in the portal', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { customer, subscription, act } = await opened(stripe)
  const bigger = await monthly(stripe, 9000)
  await act({ action: 'price', subscription: subscription.id, price: bigger.id })
  const { items } = await stripe.subscriptions.retrieve(subscription.id)
  t.is(items.data[0]?.price.id, bigger.id)
  await act({ action: 'payment_method', number: '5555 5555 5555 4444' })
  const { invoice_settings } = (await stripe.customers.retrieve(customer.id, {
    expand: ['invoice_settings.default_payment_method'],
  })) as Stripe.Customer
  t.is((invoice_settings.default_payment_method as Stripe.PaymentMethod).card?.last4, '4444')
  await assertValid(t, checked)
})

test('a plan is offered as another one only where it is another', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { session, subscription } = await opened(stripe)
  const page = async () => (await fetch(session.url)).text()
  t.notRegex(await page(), /Another plan|<option/)
  const bigger = await monthly(stripe, 9000)
  const offered = [...(await page()).matchAll(/<option value="(\w+)"/g)].map(([, id]) => id)
  t.deepEqual(offered, [bigger.id])
  t.not(subscription.items.data[0]?.price.id, bigger.id)
})

test('an invoice of credit is listed with what was due for it', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { session, subscription } = await opened(stripe)
  const smaller = await monthly(stripe, 500)
  const [item] = subscription.items.data
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item?.id ?? '', price: smaller.id }],
    proration_behavior: 'always_invoice',
  })
  const [credit] = (await stripe.invoices.list({ subscription: subscription.id })).data
  t.like(credit, { status: 'paid', amount_due: 0, total: -1500 })
  const page = await (await fetch(session.url)).text()
  const amounts = [...page.matchAll(/<td class="amount">([^<]*)</g)].map(([, text]) => text)
  t.deepEqual(amounts, ['$0.00', '$20.00'])
})

test('a card that is declined is said on the page, and nothing is changed', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { customer, act } = await opened(stripe)
  const before = (await stripe.customers.retrieve(customer.id)) as Stripe.Customer
  const answer = await act({ action: 'payment_method', number: '4000 0000 0000 0002' })
  t.is(answer.status, 402)
  const page = await answer.text()
  t.regex(page, /role="alert">Your card was declined\./)
  t.regex(page, /Plan of 2000/)
  const after = (await stripe.customers.retrieve(customer.id)) as Stripe.Customer
  t.deepEqual(after.invoice_settings, before.invoice_settings)
})

test('what the configuration does not allow, and what is another customer’s, is refused', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { id } = await stripe.billingPortal.configurations.create({
    features: { subscription_cancel: { enabled: false } },
  })
  const { subscription, act } = await opened(stripe, id)
  t.is((await act({ action: 'cancel', subscription: subscription.id })).status, 403)
  const other = await opened(stripe)
  t.is((await other.act({ action: 'cancel', subscription: subscription.id })).status, 403)
  t.is((await stripe.subscriptions.retrieve(subscription.id)).cancel_at, null)
})
