import test from 'ava'
import { checkedSandbox } from '../support/sandbox.js'
import { receiver } from '../support/receiver.js'

const TYPE = 'v1.billing.meter.error_report_triggered'
const shows = { include: ['webhook_endpoint.url', 'webhook_endpoint.signing_secret'] }

test('thin events go to event destinations, and not to the endpoints of the first API', async (t) => {
  const [first, second] = [await receiver(t), await receiver(t)]
  const { stripe, sandbox } = await checkedSandbox(t)
  await stripe.webhookEndpoints.create({ url: first.url, enabled_events: ['*'] })
  const { v2, billing } = stripe
  const made = await v2.core.eventDestinations.create({
    ...{ name: 'Usage', type: 'webhook_endpoint', event_payload: 'thin', ...shows },
    enabled_events: [TYPE],
    webhook_endpoint: { url: second.url },
  })
  const secret = made.webhook_endpoint?.signing_secret ?? ''
  t.regex(secret, /^whsec_\w{32}$/)
  second.secret = secret
  await billing.meters.create({
    display_name: 'Runs',
    event_name: 'run',
    default_aggregation: { formula: 'sum' },
  })
  const wrong = { stripe_customer_id: 'cus_nobody', value: '1' }
  const use = () => billing.meterEvents.create({ event_name: 'run', payload: wrong })
  await use()
  await sandbox.drain()
  t.deepEqual(first.thin, [])
  t.deepEqual(
    second.thin.map(({ type }) => type),
    [TYPE],
  )
  t.is(second.deliveries.length + second.forged, 0)

  await v2.core.eventDestinations.disable(made.id)
  await use()
  await sandbox.drain()
  t.is(second.thin.length, 1)
  const [listed] = (await v2.core.eventDestinations.list(shows)).data
  t.like(listed, { id: made.id, status: 'disabled' })
  t.deepEqual(listed?.webhook_endpoint, { url: second.url }, 'the secret is not told again')
})
