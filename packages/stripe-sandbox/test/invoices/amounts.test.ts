import test from 'ava'
import { assertValid, checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

test('a renewal that credit pays alone charges nothing, and books what it used', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const { id: customer } = await customerWith(stripe)
  await stripe.subscriptions.create({ customer, items: [{ price: (await monthly(stripe)).id }] })
  await stripe.customers.createBalanceTransaction(customer, {
    amount: -5000,
    currency: 'usd',
    metadata: { why: 'goodwill' },
  })
  sandbox.advance({ days: 32 })
  const [renewal] = (await stripe.invoices.list({ expand: ['data.payments'] })).data
  t.like(renewal, {
    billing_reason: 'subscription_cycle',
    status: 'paid',
    total: 2000,
    amount_due: 0,
    amount_paid: 0,
    amount_remaining: 0,
    starting_balance: -5000,
    ending_balance: -3000,
    attempted: true,
  })
  t.deepEqual(renewal?.payments?.data, [])
  t.is((await stripe.charges.list()).data.length, 1)
  const { data: booked } = await stripe.customers.listBalanceTransactions(customer)
  t.like(booked[0], {
    type: 'applied_to_invoice',
    amount: 2000,
    ending_balance: -3000,
    invoice: renewal?.id ?? '',
  })
  t.like(booked[1], { type: 'adjustment', metadata: { why: 'goodwill' } })
  await assertValid(t, checked)
})

test('credit that a voided invoice used is there again', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { id: customer } = await stripe.customers.create({ balance: -500 })
  await stripe.invoiceItems.create({ customer, amount: 2000, currency: 'usd' })
  const { id } = await stripe.invoices.create({
    customer,
    pending_invoice_items_behavior: 'include',
  })
  const open = await stripe.invoices.finalizeInvoice(id)
  t.like(open, { amount_due: 1500, starting_balance: -500, ending_balance: 0 })
  await stripe.invoices.voidInvoice(id)
  t.like(await stripe.customers.retrieve(customer), { balance: -500 })
  const { data } = await stripe.customers.listBalanceTransactions(customer)
  t.deepEqual(
    data.map(({ type, amount, ending_balance }) => ({ type, amount, ending_balance })),
    [
      { type: 'unapplied_from_invoice', amount: -500, ending_balance: -500 },
      { type: 'applied_to_invoice', amount: 500, ending_balance: 0 },
    ],
  )
  const [latest] = data
  const booked = await stripe.customers.retrieveBalanceTransaction(customer, latest?.id ?? '')
  t.is(booked.type, 'unapplied_from_invoice')
  await stripe.customers.update(customer, { balance: 100 })
  const [adjusted] = (await stripe.customers.listBalanceTransactions(customer)).data
  t.like(adjusted, { type: 'adjustment', amount: 600, ending_balance: 100 })
  await assertValid(t, checked)
})

test('what is paid is not voided, nor is what was below zero', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const { id: customer } = await customerWith(stripe)
  for (const amount of [-2000, 0, 2500]) {
    await stripe.invoiceItems.create({ customer, amount, currency: 'usd' })
    const { id } = await stripe.invoices.create({
      customer,
      pending_invoice_items_behavior: 'include',
    })
    await stripe.invoices.finalizeInvoice(id, { auto_advance: true })
    t.is((await stripe.invoices.retrieve(id)).status, 'paid')
    const before = await stripe.customers.retrieve(customer)
    await t.throwsAsync(stripe.invoices.voidInvoice(id), { message: /open or uncollectible/ })
    t.deepEqual(await stripe.customers.retrieve(customer), before)
  }
})

test('what waited is on an invoice before its plans, the newest first', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const { id: customer } = await customerWith(stripe)
  await stripe.subscriptions.create({ customer, items: [{ price: (await monthly(stripe)).id }] })
  for (const amount of [100, 200, 300]) {
    await stripe.invoiceItems.create({ customer, amount, currency: 'usd' })
    sandbox.advance({ hours: 1 })
  }
  sandbox.advance({ days: 32 })
  const [renewal] = (await stripe.invoices.list()).data
  t.deepEqual(
    renewal?.lines.data.map(({ amount }) => amount),
    [300, 200, 100, 2000],
  )
})

test('a one-off item is a line of its own on the renewal, which one payment pays', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const { id: customer } = await customerWith(stripe)
  const { id: subscription } = await stripe.subscriptions.create({
    customer,
    items: [{ price: (await monthly(stripe)).id }],
  })
  await stripe.invoiceItems.create({ customer, amount: 500, currency: 'usd', description: 'Setup' })
  sandbox.advance({ days: 32 })
  const [renewal] = (await stripe.invoices.list({ expand: ['data.payments'] })).data
  t.like(renewal, { subtotal: 2500, total: 2500, amount_paid: 2500, amount_remaining: 0 })
  t.deepEqual(
    renewal?.lines.data.map(({ amount, parent }) => [amount, parent?.type]),
    [
      [500, 'invoice_item_details'],
      [2000, 'subscription_item_details'],
    ],
  )
  t.is(renewal?.parent?.subscription_details?.subscription, subscription)
  const [payment, ...others] = renewal?.payments?.data ?? []
  t.is(others.length, 0)
  t.like(payment, { status: 'paid', amount_paid: 2500, amount_requested: 2500, is_default: true })
  await assertValid(t, checked)
})

test('refunds of parts add up on the charge, and leave the invoice as it was paid', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { id: customer } = await customerWith(stripe)
  const { latest_invoice } = await stripe.subscriptions.create({
    customer,
    items: [{ price: (await monthly(stripe)).id }],
    expand: ['latest_invoice.payments'],
  })
  const invoice = typeof latest_invoice === 'object' ? latest_invoice : null
  const payment_intent = invoice?.payments?.data[0]?.payment.payment_intent as string
  const state = async () => {
    const [charge] = (await stripe.charges.list({ payment_intent })).data
    return [charge?.amount_refunded, charge?.refunded, charge?.paid]
  }
  const first = await stripe.refunds.create({ payment_intent, amount: 700 })
  t.like(first, { amount: 700, status: 'succeeded', payment_intent })
  t.deepEqual(await state(), [700, false, true])
  await t.throwsAsync(stripe.refunds.create({ payment_intent, amount: 1301 }), {
    message: /greater than unrefunded amount/,
  })
  t.is((await stripe.refunds.create({ payment_intent })).amount, 1300)
  t.deepEqual(await state(), [2000, true, true])
  await t.throwsAsync(stripe.refunds.create({ payment_intent }), {
    message: /already been refunded/,
  })
  t.like(await stripe.invoices.retrieve(invoice?.id ?? ''), {
    status: 'paid',
    amount_paid: 2000,
    amount_remaining: 0,
  })
  await assertValid(t, checked)
})

test('an invoice item is changed while it waits, and on a draft', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { id: customer } = await customerWith(stripe)
  const { id } = await stripe.invoiceItems.create({ customer, amount: 500, currency: 'usd' })
  await stripe.invoiceItems.update(id, { amount: 800, description: 'More' })
  const draft = await stripe.invoices.create({
    customer,
    pending_invoice_items_behavior: 'include',
  })
  t.is(draft.total, 800)
  await stripe.invoiceItems.update(id, { amount: 900 })
  const changed = await stripe.invoices.retrieve(draft.id)
  t.is(changed.total, 900)
  t.like(changed.lines.data[0], { id: draft.lines.data[0]?.id ?? '', description: 'More' })
  t.like(await stripe.invoices.pay(draft.id), { status: 'paid', amount_paid: 900 })
  await t.throwsAsync(stripe.invoiceItems.update(id, { amount: 1 }), { message: /draft/ })
  await assertValid(t, checked)
})
