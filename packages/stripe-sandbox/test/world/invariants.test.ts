import test from 'ava'
import fc from 'fast-check'
import type Stripe from 'stripe'
import { startStripeSandbox, type StripeSandbox } from '../../src/index.js'
import { clientOf, customerWith, monthly, pay, payWith } from '../support/sandbox.js'
import { eventProblems } from '../support/schemas.js'

const CARDS = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired']

const card = fc.constantFrom(...CARDS)
const action = fc.oneof(
  fc.record({
    does: fc.constant('subscribe' as const),
    card,
    quantity: fc.integer({ min: 1, max: 9 }),
    trial: fc.constantFrom(0, 2, 14),
    coupon: fc.boolean(),
  }),
  fc.record({ does: fc.constant('check out' as const), type: fc.constantFrom('card', 'debit') }),
  fc.record({
    does: fc.constant('change' as const),
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.nat({ max: 2 }),
    behavior: fc.constantFrom('create_prorations', 'always_invoice', 'none'),
  }),
  fc.record({
    does: fc.constantFrom(
      'cancel at the end' as const,
      'cancel' as const,
      'pause' as const,
      'pay' as const,
      'refund' as const,
      'dispute' as const,
      'credit' as const,
      'new card' as const,
    ),
  }),
  fc.record({
    does: fc.constant('resume' as const),
    payment_behavior: fc.constantFrom('resume_on_payment_attempt', 'resume_on_payment_success'),
    anchor: fc.constantFrom('now', 'unchanged'),
  }),
  fc.record({ does: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 29 }) }),
)
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never

/** What cannot be done now is refused by Stripe; anything else that goes wrong fails the test. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { statusCode, type } = error as { statusCode?: number; type?: string }
    if (type === undefined || statusCode === undefined || statusCode >= 500) throw error
  }
}

async function perform(
  sandbox: StripeSandbox,
  stripe: Stripe,
  prices: string[],
  coupon: string,
  todo: Action,
): Promise<void> {
  const [subscription] = (await stripe.subscriptions.list({ limit: 1 })).data
  const [invoice] = (await stripe.invoices.list({ limit: 1 })).data
  const [charge] = (await stripe.charges.list({ limit: 1 })).data
  const update = (params: Stripe.SubscriptionUpdateParams) =>
    subscription && stripe.subscriptions.update(subscription.id, params)
  await attempt(async () => {
    switch (todo.does) {
      case 'subscribe': {
        const { id } = await customerWith(stripe, todo.card)
        return stripe.subscriptions.create({
          customer: id,
          items: [{ price: prices[0] ?? '', quantity: todo.quantity }],
          ...(todo.trial ? { trial_period_days: todo.trial } : {}),
          ...(todo.coupon ? { discounts: [{ coupon }] } : {}),
        })
      }
      case 'check out': {
        const session = await stripe.checkout.sessions.create({
          mode: 'subscription',
          line_items: [{ price: prices[1] ?? '', quantity: 1 }],
          success_url: 'http://localhost/',
        })
        return pay(
          session.url ?? '',
          todo.type === 'debit' ? { type: 'debit', iban: 'DE62370400440532013001' } : {},
        )
      }
      case 'change':
        return update({
          items: [
            {
              id: subscription?.items.data[0]?.id ?? '',
              price: prices[todo.price] ?? '',
              quantity: todo.quantity,
            },
          ],
          proration_behavior: todo.behavior,
        })
      case 'cancel at the end':
        return update({ cancel_at_period_end: true })
      case 'cancel':
        return (
          subscription &&
          stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true })
        )
      case 'pause':
        return subscription && stripe.subscriptions.pause(subscription.id, {})
      case 'resume':
        return (
          subscription &&
          stripe.subscriptions.resume(subscription.id, {
            payment_behavior: todo.payment_behavior,
            billing_cycle_anchor: { type: todo.anchor },
          })
        )
      case 'pay':
        return invoice && stripe.invoices.pay(invoice.id, { payment_method: 'pm_card_visa' })
      case 'refund':
        return (
          charge &&
          stripe.refunds.create({ charge: charge.id, amount: Math.ceil(charge.amount / 3) })
        )
      case 'dispute':
        return charge && sandbox.dispute(charge.id)
      case 'credit':
        return invoice && stripe.creditNotes.create({ invoice: invoice.id, amount: 100 })
      case 'new card':
        return subscription && payWith(stripe, subscription.customer as string, 'pm_card_visa')
      case 'wait':
        sandbox.advance({ days: todo.days })
        return undefined
    }
  })
}

const all = { limit: 10_000 }
const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)

test('whatever is done in whatever order, the books balance and the events tell what happened', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 3, maxLength: 12 }),
      fc.string(),
      async (todos, seed) => {
        const sandbox = await startStripeSandbox({ port: 0, seed })
        try {
          const stripe = clientOf(sandbox)
          const prices = [await monthly(stripe, 2000), await monthly(stripe, 4999)].map(
            ({ id }) => id,
          )
          prices.push(
            (
              await stripe.prices.create({
                product_data: { name: 'Yearly' },
                currency: 'usd',
                unit_amount: 20_000,
                recurring: { interval: 'year' },
              })
            ).id,
          )
          const coupon = await stripe.coupons.create({ percent_off: 33, duration: 'forever' })
          const events = new Map<string, Stripe.Event>()
          const read = async () => {
            // Events can be read for 30 days only.
            for (const event of (
              await stripe.events.list({ limit: 100 }).autoPagingToArray(all)
            ).reverse())
              events.set(event.id, event)
          }
          for (const todo of todos) {
            await perform(sandbox, stripe, prices, coupon.id, todo)
            await read()
          }

          const invoices = await stripe.invoices.list({ limit: 100 }).autoPagingToArray(all)
          const charges = await stripe.charges.list({ limit: 100 }).autoPagingToArray(all)
          const refunds = await stripe.refunds.list({ limit: 100 }).autoPagingToArray(all)
          const payments = await stripe.invoicePayments.list({ limit: 100 }).autoPagingToArray(all)
          for (const invoice of invoices) {
            const lines = await stripe.invoices.listLineItems(invoice.id, { limit: 100 })
            const off = sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount))
            t.is(invoice.subtotal, sum(lines.data.map(({ amount }) => amount)))
            t.is(invoice.total, invoice.subtotal - off)
            t.is(invoice.amount_remaining, Math.max(0, invoice.amount_due - invoice.amount_paid))
            const paid = payments.filter((it) => it.invoice === invoice.id && it.status === 'paid')
            const charged = sum(
              paid.map(({ payment }) =>
                sum(
                  charges
                    .filter((it) => it.payment_intent === payment.payment_intent && it.paid)
                    .map(({ amount }) => amount),
                ),
              ),
            )
            t.is(sum(paid.map(({ amount_paid }) => amount_paid ?? 0)), charged)
            if (invoice.status === 'paid') t.is(invoice.amount_remaining, 0)
          }
          for (const charge of charges) {
            const given = sum(
              refunds.filter((it) => it.charge === charge.id).map(({ amount }) => amount),
            )
            t.is(charge.amount_refunded, given)
            t.true(given <= charge.amount)
            t.is(charge.refunded, charge.paid && given === charge.amount)
          }
          const subscriptions = await stripe.subscriptions
            .list({ status: 'all', limit: 100 })
            .autoPagingToArray(all)
          const ids = [invoices, charges, refunds, payments, subscriptions]
            .flat()
            .map(({ id }) => id)
          t.is(new Set(ids).size, ids.length)
          const told = [...events.values()]
          for (const [index, event] of told.entries()) {
            t.true(event.created >= (told[index - 1]?.created ?? 0), 'time does not run back')
            t.deepEqual(eventProblems(JSON.parse(JSON.stringify(event)) as never), [])
          }
          for (const subscription of subscriptions) {
            // The last event of an object says what it is now.
            const of = told.filter(
              ({ type, data }) =>
                /subscription\.(created|updated|deleted|paused|resumed)$/.test(type) &&
                (data.object as { id: string }).id === subscription.id,
            )
            t.is(of[0]?.type, 'customer.subscription.created')
            t.is((of.at(-1)?.data.object as Stripe.Subscription).status, subscription.status)
            t.is(
              of.filter(({ type }) => type.endsWith('.deleted')).length,
              subscription.status === 'canceled' ? 1 : 0,
            )
          }
        } finally {
          await sandbox.stop()
        }
      },
    ),
    { numRuns: 25 },
  )
})
