import test from 'ava'
import { assertValid, checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

test('objects are searched in the words of Stripe, newest first', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const make = (email: string, plan?: string) =>
    stripe.customers.create({ email, ...(plan ? { metadata: { plan } } : {}) })
  const ada = await make('ada@example.com', 'pro')
  const bob = await make('bob@example.org', 'pro')
  const eve = await make('eve@example.org')
  for (const [query, ...found] of [
    ["email:'ADA@example.com'", ada],
    ['email~"example.org"', eve, bob],
    ['metadata["plan"]:"pro" AND email~"example.org"', bob],
    ["metadata['plan']:null", eve],
    ['-email:"ada@example.com" AND created>0', eve, bob],
    ["email:'ada@example.com' OR email:'eve@example.org'", eve, ada],
    ['created<1000'],
  ] as const) {
    const { data } = await stripe.customers.search({ query })
    t.deepEqual(
      data.map(({ email }) => email),
      found.map(({ email }) => email),
      query,
    )
  }
  const first = await stripe.customers.search({ query: 'created>0', limit: 2 })
  t.true(first.has_more)
  const second = await stripe.customers.search({
    query: 'created>0',
    limit: 2,
    page: first.next_page ?? '',
  })
  t.deepEqual(
    second.data.map(({ id }) => id),
    [ada.id],
  )
  for (const [query, message] of [
    ['ada@example.com', /unable to parse/],
    ["nonsense:'x'", /unsupported search field/],
    ["email:'a' AND name:'b' OR name:'c'", /not both/],
  ] as const)
    await t.throwsAsync(stripe.customers.search({ query }), { message })
})

test('subscriptions are found by their metadata, with what is expanded', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { id: customer } = await customerWith(stripe)
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: (await monthly(stripe)).id }],
    metadata: { workspace: 'w_1' },
  })
  const { data } = await stripe.subscriptions.search({
    query: "status:'active' AND metadata['workspace']:'w_1'",
    expand: ['data.customer'],
  })
  t.is(data.length, 1)
  t.like(data[0], { id, customer: { id: customer } })
  await assertValid(t, checked)
})
