import test from 'ava'
import { KEEPING, PRO, STARTER, subscriber } from '../billing/subscriber.js'
import { askAgent } from '../histories/ask-agent.js'
import { openLine } from '../histories/line.js'
import { openStage } from '../histories/stage.js'

const line = await openLine()
const stage = await openStage({ processes: 1, line })
test.after.always(async () => {
  await stage.close()
  await line.close()
})

type Subscriber = Awaited<ReturnType<typeof subscriber>>

/** From now on it is paid days later. */
async function payByDebit({ stripe, customer, subscription }: Subscriber) {
  const { id } = await stripe.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban: 'DE89370400440532013000' },
    billing_details: { name: 'Ada', email: 'ada@example.com' },
  })
  await stripe.paymentMethods.attach(id, { customer })
  await stripe.subscriptions.update(subscription, { default_payment_method: id })
}

/** Renews a subscription, each time with a gift on the customer's balance. */
async function renew({ stripe, sandbox, customer, drained }: Subscriber, times: number) {
  for (let n = 0; n < times; n++) {
    await stripe.customers.createBalanceTransaction(customer, { amount: -500, currency: 'usd' })
    sandbox.advance({ days: 31 })
  }
  await drained()
}

/** How often Stripe is asked for a preview of a change, and for payments of invoices among it. */
async function preview(it: Subscriber, to: number) {
  line.asked.length = 0
  const { status, body } = await it.change(to, { preview: true })
  const payments = line.asked.filter((what) => what === 'GET /v1/invoice_payments').length
  return { status, body, requests: line.asked.length, payments }
}

test.serial(
  'what a change asks of Stripe does not grow with the gifts of each month',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await renew(it, 24)
    const { requests, ...shown } = await preview(it, STARTER)
    t.like(shown, { status: 200, payments: 1 })
    t.true(requests < 12, `there were ${requests} requests`)
  },
)

test.serial(
  'of a period for which a change gave credit it is asked what was given back',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    const [first] = (await it.stripe.charges.list()).data
    t.is((await it.change(STARTER)).status, 200)
    await renew(it, 3)
    t.like(await preview(it, PRO), { status: 200, payments: 1 })
    await it.stripe.refunds.create({ charge: first?.id ?? '' })
    await it.drained()
    t.like(await preview(it, PRO), {
      status: 409,
      body: { error: { code: 'PERIOD_PARTLY_REFUNDED' } },
    })
  },
)

test.serial('as long as a bank debit is on its way, a resumption is asked for once', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const { subscription: subscriptionId } = it
  await payByDebit(it)
  await it.stripe.subscriptions.pause(subscriptionId, KEEPING)
  it.sandbox.advance({ seconds: 60 })
  await it.drained()
  line.asked.length = 0
  const paused = { status: 200, body: { subscription: { status: 'paused' } } }
  for (let click = 0; click < 2; click++) t.like(await it.ask('subscription/resume', {}), paused)
  t.like(
    await askAgent(it.world, (it, ctx) => ctx.tool(it.resumeSubscription, { subscriptionId })),
    {
      status: 'paused',
    },
  )
  const asked = line.asked.filter((what) => what.endsWith('/resume'))
  t.deepEqual(asked, [`POST /v1/subscriptions/${subscriptionId}/resume`])
  it.sandbox.advance({ days: 3 })
  await it.drained()
  t.like(await it.shown(), { status: 'active' })
  t.is(await it.timesPaid(PRO), 2)
})

test.serial('a debit from before a pause is no resumption', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await payByDebit(it)
  await it.beforeItsEnd(60)
  it.sandbox.advance({ hours: 3 })
  await it.drained()
  await it.stripe.subscriptions.pause(it.subscription, KEEPING)
  await it.drained()
  line.asked.length = 0
  await it.ask('subscription/resume', {})
  t.is(line.asked.filter((what) => what.endsWith('/resume')).length, 1)
})
