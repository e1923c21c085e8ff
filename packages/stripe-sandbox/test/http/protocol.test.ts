import test from 'ava'
import Stripe from 'stripe'
import type { StripeSandbox } from '../../src/index.js'
import { checkedSandbox, clientOf, customerWith, eventsOf, monthly } from '../support/sandbox.js'

test('a wrong key is refused, and only its ends are shown', async (t) => {
  const { sandbox } = await checkedSandbox(t)
  const wrong = clientOf({ url: sandbox.url, key: 'sk_test_wrong_key_0001' })
  const error = await t.throwsAsync(wrong.customers.list(), {
    instanceOf: Stripe.errors.StripeAuthenticationError,
  })
  t.regex(error.message, /sk_test_\*+0001/)
  const without = await fetch(`${sandbox.url}/v1/customers`)
  t.is(without.status, 401)
})

test('parameters are checked as Stripe checks them', async (t) => {
  const { stripe, problems } = await checkedSandbox(t)
  const refused = async (work: Promise<unknown>, code: string | undefined, param: string) => {
    const error = await t.throwsAsync<InstanceType<typeof Stripe.errors.StripeError>>(work, {
      instanceOf: Stripe.errors.StripeInvalidRequestError,
    })
    t.is(error.code, code)
    t.is(error.param, param)
    t.is(error.statusCode, 400)
  }
  await refused(stripe.customers.create({ e_mail: 'x' } as object), 'parameter_unknown', 'e_mail')
  await refused(stripe.products.create({} as never), 'parameter_missing', 'name')
  await refused(
    stripe.paymentIntents.create({ amount: 'ten' as never, currency: 'usd' }),
    'parameter_invalid_integer',
    'amount',
  )
  await refused(
    stripe.subscriptions.create({ customer: 'cus_none', items: [{ price: 'price_none' }] }),
    'resource_missing',
    'customer',
  )
  await refused(
    stripe.checkout.sessions.create({ mode: 'rent' as never, success_url: 'http://localhost' }),
    undefined,
    'mode',
  )
  await refused(
    stripe.checkout.sessions.create({ payment_method_types: ['card'] } as never),
    'payment_method_types_no_longer_supported',
    'payment_method_types',
  )
  t.deepEqual(problems, [])
})

test('what does not exist is a 404 with a code', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const error = await t.throwsAsync<InstanceType<typeof Stripe.errors.StripeError>>(
    stripe.invoices.retrieve('in_none'),
  )
  t.is(error.statusCode, 404)
  t.is(error.code, 'resource_missing')
  t.regex(error.requestId ?? '', /^req_/)
  const headers = { authorization: `Bearer ${sandbox.key}` }
  const unknown = await fetch(`${sandbox.url}/v1/moons`, { headers })
  t.is(unknown.status, 404)
  // The client looks for `error`, not at the status.
  t.truthy(((await unknown.json()) as { error?: object }).error)
})

test('the same key and parameters get the same answer, and nothing happens twice', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const make = () => stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey: 'k' })
  const [first, second] = [await make(), await make()]
  t.is(second.id, first.id)
  t.not(second.lastResponse.requestId, first.lastResponse.requestId)
  t.is((await stripe.customers.list()).data.length, 1)
  await t.throwsAsync(
    stripe.customers.create({ email: 'b@example.com' }, { idempotencyKey: 'k' }),
    { instanceOf: Stripe.errors.StripeIdempotencyError },
  )
})

test('a declined payment is replayed too, and charges once', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const intent = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' })
  const params = { payment_method: 'pm_card_visa_chargeDeclined' }
  const confirm = () => stripe.paymentIntents.confirm(intent.id, params, { idempotencyKey: 'k' })
  for (let attempt = 0; attempt < 2; attempt += 1)
    await t.throwsAsync(confirm(), { instanceOf: Stripe.errors.StripeCardError })
  t.is((await stripe.charges.list()).data.length, 1)
})

/** Sends a form with an idempotency key. */
async function send(
  { url, key: secret }: StripeSandbox,
  path: string,
  key: string,
  form: Record<string, string> = {},
) {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'idempotency-key': key },
    body: new URLSearchParams(form),
  })
  return {
    status: answer.status,
    replayed: answer.headers.get('idempotent-replayed'),
    original: answer.headers.get('original-request'),
    requestId: answer.headers.get('request-id'),
    body: (await answer.json()) as { error?: { type: string; code?: string; param?: string } },
  }
}

for (const [what, path, form, status] of [
  ['a card that is declined', '/v1/payment_intents/ID/confirm', 'pm_card_visa_chargeDeclined', 402],
  ['a state that does not allow it', '/v1/payment_intents/ID/confirm', 'pm_card_visa', 400],
  ['an object that is not there', '/v1/customers/cus_none', undefined, 404],
] as const)
  test(`an error of execution is replayed, and says so: ${what}`, async (t) => {
    const { stripe, sandbox } = await checkedSandbox(t)
    const { id } = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' })
    if (status === 400) await stripe.paymentIntents.cancel(id)
    const ask = () =>
      send(sandbox, path.replace('ID', id), 'k', form ? { payment_method: form } : {})
    const [first, second] = [await ask(), await ask()]
    t.is(first.status, status)
    t.is(first.replayed, null)
    t.is(second.status, status)
    t.is(second.replayed, 'true')
    t.is(second.original, first.requestId)
    t.deepEqual(second.body, first.body)
    const other = await send(sandbox, path.replace('ID', id), 'k', { 'expand[0]': 'x' })
    t.is(other.status, 400)
    t.is(other.body.error?.type, 'idempotency_error')
  })

test('a parameter that the execution refuses can be corrected under the same key', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const { id: price } = await monthly(stripe)
  const wrong = { customer: 'cus_none', 'items[0][price]': price }
  const refused = await send(sandbox, '/v1/subscriptions', 'k', wrong)
  t.is(refused.body.error?.param, 'customer')
  const { id: customer } = await customerWith(stripe)
  const made = await send(sandbox, '/v1/subscriptions', 'k', { ...wrong, customer })
  t.is(made.status, 200)
})

test('what an outage or a limit refused was not executed, and is not remembered', async (t) => {
  const { sandbox } = await checkedSandbox(t)
  for (const status of [429, 503]) {
    sandbox.outage({ status, seconds: 600 })
    t.is((await send(sandbox, '/v1/customers', 'k')).status, status)
  }
  sandbox.advance({ seconds: 601 })
  const made = await send(sandbox, '/v1/customers', 'k')
  t.is(made.status, 200)
  t.is(made.replayed, null)
})

test('what fails after it has begun is repeated as it was, and is done when it is rolled forward', async (t) => {
  const { sandbox, stripe } = await checkedSandbox(t)
  const { id } = await stripe.customers.create({ name: 'Ada' })
  sandbox.failures({ count: 1 })
  const change = (key: string, name: string) => send(sandbox, `/v1/customers/${id}`, key, { name })
  const name = async () => ((await stripe.customers.retrieve(id)) as Stripe.Customer).name
  const failed = await change('k', 'Grace')
  t.is(failed.status, 500)
  t.is(failed.body.error?.type, 'api_error')
  t.is(failed.replayed, null)
  t.is(await name(), 'Ada')
  const other = await change('another key', 'Barbara')
  t.is(other.status, 200, 'one was to fail')
  sandbox.rollForward()
  sandbox.rollForward()
  t.is(await name(), 'Grace')
  const again = await change('k', 'Grace')
  t.deepEqual([again.status, again.replayed], [500, 'true'])
  const told = await stripe.events.list({ type: 'customer.updated' })
  t.deepEqual(
    told.data.map(({ request }) => request?.idempotency_key),
    ['k', 'another key'],
  )
})

test('what cannot be done any more when it is rolled forward is left', async (t) => {
  const { sandbox, stripe } = await checkedSandbox(t)
  const { id } = await stripe.customers.create()
  sandbox.failures({})
  t.is((await send(sandbox, `/v1/customers/${id}`, 'k', { name: 'Ada' })).status, 500)
  await stripe.customers.del(id)
  t.notThrows(() => sandbox.rollForward())
})

test('what fails the check of its parameters is not remembered', async (t) => {
  const { stripe } = await checkedSandbox(t)
  await t.throwsAsync(stripe.products.create({} as never, { idempotencyKey: 'k' }))
  await t.notThrowsAsync(stripe.products.create({ name: 'Pro' }, { idempotencyKey: 'k' }))
})

test('an idempotency key is forgotten after a day of the sandbox', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const make = () => stripe.customers.create({}, { idempotencyKey: 'k' })
  const first = await make()
  sandbox.advance({ hours: 23 })
  t.is((await make()).id, first.id)
  sandbox.advance({ hours: 2 })
  t.not((await make()).id, first.id)
})

test('lists are read page by page, in both directions', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const ids: string[] = []
  for (let n = 0; n < 25; n += 1) ids.unshift((await stripe.customers.create()).id)
  const first = await stripe.customers.list()
  t.deepEqual(
    first.data.map(({ id }) => id),
    ids.slice(0, 10),
  )
  t.true(first.has_more)
  const second = await stripe.customers.list({ limit: 20, starting_after: ids[9] ?? '' })
  t.deepEqual(
    second.data.map(({ id }) => id),
    ids.slice(10),
  )
  t.false(second.has_more)
  const back = await stripe.customers.list({ limit: 3, ending_before: ids[9] ?? '' })
  t.deepEqual(
    back.data.map(({ id }) => id),
    ids.slice(6, 9),
  )
  t.true(back.has_more)
  const everyone = await stripe.customers.list({ limit: 7 }).autoPagingToArray({ limit: 100 })
  t.deepEqual(
    everyone.map(({ id }) => id),
    ids,
  )
  await t.throwsAsync(stripe.customers.list({ limit: 101 }), {
    message: /less than or equal to 100/,
  })
})

test('ids become objects where they are asked for, four levels deep', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const { id } = await monthly(stripe)
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: id }],
    expand: ['latest_invoice.payments.data.payment', 'customer', 'items.data.price.product'],
  })
  const invoice = subscription.latest_invoice as Stripe.Invoice
  t.is(invoice.payments?.data[0]?.status, 'paid')
  t.is((subscription.customer as Stripe.Customer).email, customer.email)
  t.is((subscription.items.data[0]?.price.product as Stripe.Product).object, 'product')
  await t.throwsAsync(stripe.customers.retrieve(customer.id, { expand: ['email'] }), {
    message: /cannot be expanded/,
  })
  await t.throwsAsync(stripe.customers.retrieve(customer.id, { expand: ['a.b.c.d.e'] }), {
    message: /levels deep/,
  })
})

test('metadata is merged, and taken away by an empty value', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { id } = await stripe.customers.create({ metadata: { a: '007', b: '2' } })
  const merged = await stripe.customers.update(id, { metadata: { b: '', c: 3 } })
  t.deepEqual(merged.metadata, { a: '007', c: '3' })
  t.deepEqual((await stripe.customers.update(id, { metadata: '' })).metadata, {})
})

test('events are listed by type and time, and say what was before', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const { id } = await stripe.customers.create({ email: 'old@example.com' })
  sandbox.advance({ days: 2 })
  await stripe.customers.update(id, { email: 'new@example.com' }, { idempotencyKey: 'mine' })
  await stripe.customers.update(id, { email: 'new@example.com' })
  await stripe.products.create({ name: 'Pro' })
  const [updated, ...others] = (await stripe.events.list({ type: 'customer.updated' })).data
  t.is(others.length, 0)
  t.deepEqual(updated?.data.previous_attributes, { email: 'old@example.com' })
  t.is(updated?.request?.idempotency_key, 'mine')
  const types = ['customer.created', 'product.created']
  t.deepEqual(
    (await stripe.events.list({ types })).data.map(({ type }) => type),
    types.toReversed(),
  )
  t.is((await stripe.events.list({ type: 'customer.*' })).data.length, 2)
  const recent = await stripe.events.list({ created: { gte: sandbox.now - 3600 } })
  t.deepEqual(
    recent.data.map(({ type }) => type),
    ['product.created', 'customer.updated'],
  )
  sandbox.advance({ days: 29 })
  t.deepEqual(
    (await eventsOf(stripe)).map(({ type }) => type),
    ['customer.updated', 'product.created'],
  )
})

test('an older version shows the periods on the subscription and the subscription on the invoice', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const { id, items } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  const old = { apiVersion: '2024-06-20' as never }
  const shown = (await stripe.subscriptions.retrieve(id, {}, old)) as unknown as Record<
    string,
    unknown
  >
  t.is(shown.current_period_end, items.data[0]?.current_period_end)
  t.is(shown.quantity, 1)
  const [invoice] = (await stripe.invoices.list({}, old)).data
  t.is((invoice as unknown as { subscription: string }).subscription, id)
})

test('an outage answers every request until it is over by the clock', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  sandbox.outage({ status: 429, seconds: 600 })
  await t.throwsAsync(stripe.customers.list(), { instanceOf: Stripe.errors.StripeRateLimitError })
  sandbox.outage({ status: 503, seconds: 600 })
  await t.throwsAsync(stripe.customers.list(), { instanceOf: Stripe.errors.StripeAPIError })
  sandbox.advance({ seconds: 601 })
  await t.notThrowsAsync(stripe.customers.list())
})
