import test from 'ava'
import { fillIn } from '../histories/cards.js'
import { openStage } from '../histories/stage.js'
import { PRO, PRO_YEARLY, STARTER, subscriber, type Previewed } from './subscriber.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

const seconds = (moment: string) => Math.floor(Date.parse(moment) / 1000)

test.serial('nobody chooses the moment from which a change is counted', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const { currentPeriodStart, currentPeriodEnd } = await it.shown()
  it.sandbox.advance({ days: 10 })
  const refused = { status: 409, body: { error: { code: 'PREVIEW_OUTDATED' } } }
  for (const prorationDate of [seconds(currentPeriodStart), seconds(currentPeriodEnd) - 1])
    for (const to of [STARTER, PRO_YEARLY]) {
      const shown = { prorationDate, amountDue: 0, credit: 0 }
      t.like(await it.change(to, { shown }), refused)
    }
  t.is(await it.balance(), 0)
  t.is((await it.shown()).plan, 'Pro')
  t.is(
    (
      await it.change(STARTER, {
        preview: true,
        shown: { amountDue: 0, credit: 0, prorationDate: seconds(currentPeriodStart) },
      })
    ).status,
    422,
    'a preview is of now',
  )
})

test.serial('what a preview has shown is what is charged, for some minutes', async (t) => {
  const it = await subscriber(t, stage, { plan: STARTER })
  const { sandbox } = it
  // The trial is over.
  sandbox.advance({ days: 20 })
  const old = await it.changeAsShown(PRO)
  sandbox.advance({ seconds: 11 * 60 })
  t.is((await old()).status, 409)
  const { amountDue } = (await it.change(PRO, { preview: true })).body.preview as Previewed
  const asShown = await it.changeAsShown(PRO)
  sandbox.advance({ seconds: 9 * 60 })
  t.is((await asShown()).status, 200)
  await it.drained()
  const [charged, ...earlier] = await it.invoices()
  t.like(charged, { status: 'paid', amountPaid: amountDue })
  t.true(amountDue > 0)
  t.is((await asShown()).status, 200, 'what is made already is no error')
  await it.drained()
  t.is((await it.invoices()).length, earlier.length + 1)
})

test.serial('who owes a renewal does not turn it into credit by a smaller plan', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.payBy('pm_card_chargeCustomerFail')
  it.sandbox.advance({ days: 32 })
  await it.drained()
  t.is((await it.shown()).status, 'past_due')
  const refused = { status: 409, body: { error: { code: 'SUBSCRIPTION_UNPAID' } } }
  t.like(await it.change(STARTER), refused)
  t.like(await it.change(STARTER, { preview: true }), refused)
  t.like(await it.change(PRO_YEARLY), refused)
  t.is(await it.balance(), 0)
  t.is((await it.shown()).status, 'past_due')
  const [unpaid] = await it.invoices()
  await fillIn(String(unpaid?.pageUrl), 'pays')
  await it.drained()
  t.is((await it.change(STARTER)).status, 200)
  t.is((await it.shown()).plan, 'Starter')
})

test.serial('a period that was forgiven, or is not collected, is not paid back', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.update(it.subscription, { pause_collection: { behavior: 'void' } })
  it.sandbox.advance({ days: 32 })
  await it.drained()
  t.like(await it.shown(), { status: 'active' })
  t.like(await it.change(STARTER), {
    status: 409,
    body: { error: { code: 'SUBSCRIPTION_NOT_COLLECTED' } },
  })
  t.is(await it.balance(), 0)
})

test.serial('another plan keeps the seats, and another number of seats the plan', async (t) => {
  const it = await subscriber(t, stage, { plan: STARTER, quantity: 5 })
  const item = async () => (await it.atStripe()).items.data[0]
  t.like((await it.change(PRO, { preview: true })).body.preview, { quantity: 5 })
  t.is((await it.change(PRO)).status, 200)
  t.like(await item(), { quantity: 5, price: { unit_amount: PRO } })
  t.is((await it.change(PRO, { quantity: 3 })).status, 200)
  t.like(await item(), { quantity: 3, price: { unit_amount: PRO } })
})

test.serial('a renewal that is still a draft is not paid', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.payBy('pm_card_chargeCustomerFail')
  const { currentPeriodEnd } = await it.shown()
  it.sandbox.advance({ seconds: seconds(currentPeriodEnd) - it.sandbox.now + 600 })
  await it.drained()
  const [renewal] = (await it.stripe.invoices.list({ subscription: it.subscription })).data
  t.like(renewal, { status: 'draft', billing_reason: 'subscription_cycle' })
  const refused = { status: 409, body: { error: { code: 'SUBSCRIPTION_UNPAID' } } }
  t.like(await it.change(PRO_YEARLY), refused)
  t.like(await it.change(STARTER), refused)
  t.is(await it.balance(), 0)
})
