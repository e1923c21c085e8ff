import test from 'ava'
import { operations } from '../src/routes.js'
import { timetable } from '../src/timetable.js'
import { Store } from '../src/world/store.js'
import { World } from '../src/world/world.js'
import { assertValid, checkedSandbox, customerWith, monthly, pay } from './support/sandbox.js'
import { receiver, SECRET } from './support/receiver.js'
import { eventProblems, operationFor } from './support/schemas.js'

test('every answer and every event is as the pinned version describes it', async (t) => {
  // Events can be read for 30 days only; the endpoint hears of all.
  const endpoint = await receiver(t)
  const checked = await checkedSandbox(t, { webhook: { url: endpoint.url, secret: SECRET } })
  const { sandbox, stripe, answered } = checked

  // The catalogue.
  const product = await stripe.products.create({
    name: 'Pro',
    description: 'For teams',
    metadata: { feature: 'agents' },
    default_price_data: { currency: 'usd', unit_amount: 5000, recurring: { interval: 'year' } },
  })
  await stripe.products.update(product.id, { name: 'Pro plan' })
  await stripe.products.retrieve(product.id, { expand: ['default_price'] })
  const price = await monthly(stripe)
  const bigger = await monthly(stripe, 5000)
  await stripe.prices.update(bigger.id, { nickname: 'big', lookup_key: 'big' })
  await stripe.prices.retrieve(price.id, { expand: ['product'] })
  await stripe.prices.list({ lookup_keys: ['big'], expand: ['data.product'] })
  await stripe.products.list({ active: true })
  const once = await stripe.prices.create({
    product: product.id,
    unit_amount: 990,
    currency: 'usd',
  })
  const empty = await stripe.products.create({ name: 'Mistake' })
  await stripe.products.del(empty.id)
  const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever', name: 'Q' })
  await stripe.coupons.update(coupon.id, { name: 'Quarter' })
  await stripe.coupons.retrieve(coupon.id)
  await stripe.coupons.list()
  const promotion = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'QUARTER',
  })
  await stripe.promotionCodes.update(promotion.id, { metadata: { campaign: 'autumn' } })
  await stripe.promotionCodes.retrieve(promotion.id)
  await stripe.promotionCodes.list({ code: 'QUARTER' })
  const feature = await stripe.entitlements.features.create({ name: 'SSO', lookup_key: 'sso' })
  await stripe.entitlements.features.update(feature.id, { name: 'Single sign-on' })
  await stripe.entitlements.features.retrieve(feature.id)
  await stripe.entitlements.features.list()
  const given = await stripe.products.createFeature(price.product as string, {
    entitlement_feature: feature.id,
  })
  await stripe.products.retrieveFeature(price.product as string, given.id)
  await stripe.products.listFeatures(price.product as string)

  // A customer, and payment methods.
  const customer = await customerWith(stripe, 'pm_card_visa', { name: 'Ada', metadata: { a: 'b' } })
  await stripe.customers.update(customer.id, { metadata: { a: '', c: 'd' }, phone: '+1' })
  await stripe.customers.retrieve(customer.id, {
    expand: ['subscriptions', 'invoice_settings.default_payment_method'],
  })
  await stripe.customers.list({ email: 'ada@example.com' })
  await stripe.customers.createBalanceTransaction(customer.id, { amount: -500, currency: 'usd' })
  const [credit] = (await stripe.customers.listBalanceTransactions(customer.id)).data
  await stripe.customers.retrieveBalanceTransaction(customer.id, credit?.id ?? '')
  const method = await stripe.paymentMethods.create({
    type: 'card',
    card: { number: '5555555555554444', exp_month: 12, exp_year: 2034 },
  })
  await stripe.paymentMethods.attach(method.id, { customer: customer.id })
  await stripe.paymentMethods.update(method.id, { metadata: { x: 'y' } })
  await stripe.paymentMethods.retrieve(method.id)
  await stripe.paymentMethods.list({ customer: customer.id })
  await stripe.customers.listPaymentMethods(customer.id)
  await stripe.customers.retrievePaymentMethod(customer.id, method.id)
  await stripe.paymentMethods.detach(method.id)
  const setup = await stripe.setupIntents.create({ customer: customer.id })
  await stripe.setupIntents.update(setup.id, { description: 'Ours' })
  await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_visa' })
  await stripe.setupIntents.retrieve(setup.id)
  await stripe.setupIntents.list()
  await stripe.setupIntents.cancel((await stripe.setupIntents.create()).id)

  // Payments of their own.
  const intent = await stripe.paymentIntents.create({
    amount: 1500,
    currency: 'usd',
    customer: customer.id,
  })
  await stripe.paymentIntents.update(intent.id, { metadata: { order: '1' } })
  await t.throwsAsync(
    stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }),
  )
  await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
  const paid = await stripe.paymentIntents.retrieve(intent.id, {
    expand: ['latest_charge.balance_transaction', 'latest_charge.refunds'],
  })
  const charge = paid.latest_charge as { id: string }
  await stripe.charges.update(charge.id, { metadata: { order: '1' } })
  await stripe.refunds.create({ charge: charge.id, amount: 500 })
  const rest = await stripe.refunds.create({ payment_intent: intent.id, metadata: { why: 'x' } })
  await stripe.refunds.update(rest.id, { metadata: { why: 'y' } })
  await stripe.refunds.retrieve(rest.id, { expand: ['charge'] })
  await stripe.refunds.list({ charge: charge.id })
  await stripe.charges.retrieve(charge.id, { expand: ['refunds'] })
  await stripe.charges.list({ customer: customer.id })
  const [booked] = (await stripe.balanceTransactions.list()).data
  await stripe.balanceTransactions.retrieve(booked?.id ?? '')
  await stripe.paymentIntents.list({ customer: customer.id })
  await stripe.paymentIntents.cancel(
    (await stripe.paymentIntents.create({ amount: 1, currency: 'usd' })).id,
  )
  const disputed = await stripe.paymentIntents.create({
    amount: 700,
    currency: 'usd',
    payment_method: 'pm_card_createDispute',
    confirm: true,
  })
  const [dispute] = (await stripe.disputes.list({ payment_intent: disputed.id })).data
  await stripe.disputes.update(dispute?.id ?? '', {
    evidence: { uncategorized_text: 'winning_evidence' },
  })
  await stripe.disputes.retrieve(dispute?.id ?? '')
  const lost = sandbox.dispute((await stripe.charges.list()).data[0]?.id ?? '')
  await stripe.disputes.close(lost)

  // A subscription through its life.
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity: 2 }],
    discounts: [{ promotion_code: promotion.id }],
    metadata: { account_id: 'a' },
    expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret', 'discounts'],
  })
  const item = subscription.items.data[0]?.id ?? ''
  const { data: entitled } = await stripe.entitlements.activeEntitlements.list({
    customer: customer.id,
  })
  await stripe.entitlements.activeEntitlements.retrieve(entitled[0]?.id ?? '')
  const { data: payments } = await stripe.invoicePayments.list({ limit: 1 })
  await stripe.invoicePayments.retrieve(payments[0]?.id ?? '')
  await stripe.subscriptions.retrieve(subscription.id, { expand: ['customer', 'latest_invoice'] })
  await stripe.subscriptionItems.list({ subscription: subscription.id })
  await stripe.subscriptionItems.retrieve(item)
  sandbox.advance({ days: 10 })
  await stripe.invoices.createPreview({ subscription: subscription.id })
  await stripe.invoices.createPreview({
    customer: customer.id,
    subscription_details: { items: [{ price: bigger.id }] },
  })
  await stripe.subscriptions.update(subscription.id, { items: [{ id: item, price: bigger.id }] })
  const added = await stripe.subscriptionItems.create({
    subscription: subscription.id,
    price: price.id,
    quantity: 12,
    proration_behavior: 'always_invoice',
  })
  await stripe.subscriptionItems.update(added.id, { quantity: 3 })
  await stripe.subscriptionItems.del(added.id)
  await stripe.subscriptions.deleteDiscount(subscription.id)
  sandbox.advance({ months: 1 })
  await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void' } })
  sandbox.advance({ months: 1 })
  await stripe.subscriptions.update(subscription.id, { pause_collection: '' })
  await stripe.subscriptions.pause(subscription.id, {})
  await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'now' } })
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })
  await stripe.subscriptions.list({
    customer: customer.id,
    status: 'all',
    expand: ['data.customer'],
  })
  await stripe.invoices.list({ subscription: subscription.id, limit: 3 })
  await stripe.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: intent.id },
  })
  await stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true })

  // Invoices of their own, and credit notes.
  const buyer = await customerWith(stripe)
  await stripe.invoiceItems.create({ customer: buyer.id, amount: 3000, currency: 'usd' })
  const waiting = await stripe.invoiceItems.create({
    customer: buyer.id,
    pricing: { price: once.id },
    quantity: 2,
  })
  await stripe.invoiceItems.retrieve(waiting.id)
  await stripe.invoiceItems.update(waiting.id, { description: 'Later' })
  await stripe.invoiceItems.list({ customer: buyer.id, pending: true })
  const invoice = await stripe.invoices.create({
    customer: buyer.id,
    pending_invoice_items_behavior: 'include',
  })
  await stripe.invoices.update(invoice.id, { description: 'Extras' })
  await stripe.invoices.finalizeInvoice(invoice.id)
  const few = await stripe.creditNotes.create({ invoice: invoice.id, amount: 300 })
  await stripe.creditNotes.voidCreditNote(few.id)
  await stripe.creditNotes.create({ invoice: invoice.id, amount: 400 })
  await stripe.invoices.pay(invoice.id)
  const note = await stripe.creditNotes.create({
    invoice: invoice.id,
    amount: 600,
    refund_amount: 600,
  })
  await stripe.creditNotes.update(note.id, { memo: 'Sorry' })
  await stripe.creditNotes.retrieve(note.id, { expand: ['refunds.refund'] })
  await stripe.creditNotes.listLineItems(note.id)
  await stripe.creditNotes.list({ invoice: invoice.id })
  await stripe.invoices.retrieve(invoice.id, {
    expand: ['customer', 'payments.data.payment.payment_intent'],
  })
  await stripe.invoices.listLineItems(invoice.id, { limit: 1 })
  const unwanted = await stripe.invoices.create({ customer: buyer.id })
  await stripe.invoices.del(unwanted.id)
  await stripe.invoiceItems.create({ customer: buyer.id, amount: 100, currency: 'usd' })
  const draft = () =>
    stripe.invoices.create({ customer: buyer.id, pending_invoice_items_behavior: 'include' })
  const voided = await draft()
  await stripe.invoices.finalizeInvoice(voided.id)
  await stripe.invoices.voidInvoice(voided.id)
  await stripe.invoiceItems.create({ customer: buyer.id, amount: 100, currency: 'usd' })
  const written = await draft()
  await stripe.invoices.sendInvoice(written.id)
  await stripe.invoices.markUncollectible(written.id)
  await stripe.invoices.pay(written.id, { paid_out_of_band: true })
  const mistaken = await stripe.invoiceItems.create({
    customer: buyer.id,
    amount: 1,
    currency: 'usd',
  })
  await stripe.invoiceItems.del(mistaken.id)

  // Checkout, by card, by debit and for later.
  const open = (more: object) =>
    stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'http://localhost/done?id={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://localhost/',
      client_reference_id: 'account',
      ...more,
    })
  const bought = await open({ discounts: [{ coupon: coupon.id }] })
  await pay(bought.url ?? '')
  await stripe.checkout.sessions.retrieve(bought.id, {
    expand: ['line_items', 'subscription', 'invoice', 'customer'],
  })
  await stripe.checkout.sessions.listLineItems(bought.id)
  await stripe.checkout.sessions.update(bought.id, { metadata: { seen: 'yes' } })
  const later = await open({ mode: 'payment', line_items: [{ price: once.id, quantity: 1 }] })
  await pay(later.url ?? '', { type: 'debit', iban: 'DE89370400440532013000' })
  const fails = await open({ mode: 'payment', line_items: [{ price: once.id, quantity: 1 }] })
  await pay(fails.url ?? '', { type: 'debit', iban: 'DE62370400440532013001' })
  const trial = await open({ subscription_data: { trial_period_days: 14 } })
  await pay(trial.url ?? '')
  const saved = await open({ mode: 'setup', line_items: [], customer: customer.id })
  await pay(saved.url ?? '')
  const declined = await open({})
  t.is((await pay(declined.url ?? '', { number: '4000000000000002' })).status, 402)
  await stripe.checkout.sessions.expire(declined.id)
  await open({})
  sandbox.advance({ days: 20 })
  await stripe.checkout.sessions.list({ customer: customer.id })

  // Usage.
  const meter = await stripe.billing.meters.create({
    display_name: 'Runs',
    event_name: 'run',
    default_aggregation: { formula: 'sum' },
  })
  await stripe.billing.meters.update(meter.id, { display_name: 'Agent runs' })
  const metered = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount_decimal: '12.5' as never,
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  })
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: metered.id }] })
  await stripe.billing.meterEvents.create({
    event_name: 'run',
    identifier: 'once',
    payload: { stripe_customer_id: customer.id, value: '7' },
  })
  await stripe.billing.meterEvents.create({
    event_name: 'run',
    identifier: 'wrong',
    payload: { stripe_customer_id: customer.id, value: '70' },
  })
  await stripe.billing.meterEventAdjustments.create({
    event_name: 'run',
    type: 'cancel',
    cancel: { identifier: 'wrong' },
  })
  sandbox.advance({ months: 1, hours: 2 })
  await stripe.billing.meters.listEventSummaries(meter.id, {
    customer: customer.id,
    start_time: sandbox.now - 40 * 86_400,
    end_time: sandbox.now,
    value_grouping_window: 'day',
  })
  await stripe.billing.meters.deactivate(meter.id)
  await stripe.billing.meters.reactivate(meter.id)
  await stripe.billing.meters.retrieve(meter.id)
  await stripe.billing.meters.list()

  // The portal, endpoints, events, clocks.
  const configuration = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true } },
  })
  await stripe.billingPortal.configurations.update(configuration.id, { active: false })
  await stripe.billingPortal.configurations.retrieve(configuration.id)
  await stripe.billingPortal.configurations.list()
  await stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'http://localhost',
  })
  const made = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/hook',
    enabled_events: ['invoice.paid'],
    api_version: '2026-10-28.endive',
  })
  await stripe.webhookEndpoints.update(made.id, { description: 'ours' })
  await stripe.webhookEndpoints.retrieve(made.id)
  await stripe.webhookEndpoints.list()
  await stripe.webhookEndpoints.del(made.id)
  const [event] = (await stripe.events.list({ type: 'invoice.*', limit: 1 })).data
  await stripe.events.retrieve(event?.id ?? '')
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: sandbox.now })
  await customerWith(stripe, 'pm_card_visa', { test_clock: clock.id })
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: sandbox.now + 86_400 })
  await stripe.testHelpers.testClocks.retrieve(clock.id)
  await stripe.testHelpers.testClocks.list()
  await stripe.testHelpers.testClocks.del(clock.id)
  await stripe.products.deleteFeature(price.product as string, given.id)
  const query = 'created>0'
  for (const kind of [
    'charges',
    'customers',
    'invoices',
    'paymentIntents',
    'prices',
    'products',
    'subscriptions',
  ] as const)
    await stripe[kind].search({ query, limit: 100 })
  await stripe.coupons.del(coupon.id)
  await stripe.customers.del(customer.id)
  await stripe.customers.retrieve(customer.id)
  await t.throwsAsync(stripe.customers.update(customer.id, {}))

  await assertValid(t, checked)
  t.is(await sandbox.drain(), 0)
  for (const { raw } of endpoint.deliveries) t.deepEqual(eventProblems(raw as never), [])
  const types = new Set(endpoint.deliveries.map(({ event }) => event.type))
  t.log(`${endpoint.deliveries.length} events of ${types.size} types`)
  const exercised = new Set(
    [...answered].map((request) => {
      const [method = '', path = ''] = request.split(' ')
      return `${method} ${operationFor(method, path) ?? path}`
    }),
  )
  const offered = operations(new World(new Store(), timetable, undefined, Date.now)).map(
    ({ name }) => name,
  )
  t.log(`${exercised.size} operations`)
  t.deepEqual(
    offered.filter((name) => !exercised.has(name)),
    [],
  )
})
