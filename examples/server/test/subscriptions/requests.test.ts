import test from 'ava'
import { PRO, STARTER, subscriber } from '../billing/subscriber.js'
import { openLine } from '../histories/line.js'
import { openStage } from '../histories/stage.js'

const line = await openLine()
const stage = await openStage({ processes: 1, line })
test.after.always(async () => {
  await stage.close()
  await line.close()
})

type Subscriber = Awaited<ReturnType<typeof subscriber>>

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
