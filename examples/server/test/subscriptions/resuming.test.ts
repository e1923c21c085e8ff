import test from 'ava'
import { KEEPING, PRO, subscriber } from '../billing/subscriber.js'
import { askAgent } from '../histories/ask-agent.js'
import { fillIn } from '../histories/cards.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

test.serial('a resumption whose card is declined says so, and where it is paid', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.pause(it.subscription, KEEPING)
  await it.payBy('pm_card_chargeCustomerFail')
  await it.drained()
  t.like(await it.shown(), { status: 'paused' })

  const declined = await it.ask('subscription/resume', {})
  t.like(declined, { status: 402, body: { error: { code: 'RESUMPTION_UNPAID' } } })
  const { message, details } = declined.body.error as {
    message: string
    details: { reason: string; payUrl: string }
  }
  t.regex(message, /declined/)
  t.like(await it.shown(), { status: 'paused' })
  t.is((await it.ask('subscription/resume', {})).status, 402, 'as often as it is declined')
  const { subscription: subscriptionId } = it
  const told = await askAgent(it.world, (tools, ctx) =>
    ctx
      .tool(tools.resumeSubscription, { subscriptionId })
      .then(String, (error: unknown) => (error as { code?: string }).code),
  )
  t.is(told, 'RESUMPTION_UNPAID')

  await fillIn(details.payUrl, 'pays')
  await it.drained()
  t.like(await it.shown(), { status: 'active' })
})

test.serial('with another card a declined resumption goes through', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.pause(it.subscription, KEEPING)
  await it.payBy('pm_card_chargeCustomerFail')
  await it.drained()
  t.is((await it.ask('subscription/resume', {})).status, 402)
  await it.payBy('pm_card_visa')
  t.like(await it.ask('subscription/resume', {}), {
    status: 200,
    body: { subscription: { status: 'active' } },
  })
  await it.drained()
  t.is((await it.invoices()).filter(({ status }) => status === 'paid').length, 2)
})

test.serial('what is paused and to end goes on in every way, once it is resumed', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.update(it.subscription, { cancel_at_period_end: true })
  await it.stripe.subscriptions.pause(it.subscription, {})
  await it.drained()
  t.like(await it.shown(), { status: 'paused', cancelAtPeriodEnd: true })
  t.like(await it.ask('subscription/resume', {}), {
    status: 200,
    body: { subscription: { status: 'active', scheduledEnd: null } },
  })
  t.like(await it.atStripe(), { status: 'active', cancel_at: null, cancel_at_period_end: false })
})
