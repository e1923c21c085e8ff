import test from 'ava'
import { receiver, SECRET } from '../support/receiver.js'
import { checkedSandbox, customerWith } from '../support/sandbox.js'

test('usage with an error is taken, counts for nothing, and a thin event tells of it', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: {
      url: endpoint.url,
      secret: SECRET,
      events: ['v1.billing.meter.error_report_triggered'],
    },
  })
  const customer = await customerWith(stripe)
  const meter = await stripe.billing.meters.create({
    display_name: 'Runs',
    event_name: 'run',
    default_aggregation: { formula: 'sum' },
  })
  const use = (identifier: string, value: string, stripe_customer_id = customer.id) =>
    stripe.billing.meterEvents.create({
      event_name: 'run',
      identifier,
      payload: { stripe_customer_id, value },
    })
  await use('fine', '2')
  await use('half', '1.5')
  await use('nobody', '7', 'cus_nobody')
  t.is(await sandbox.drain(), 0)
  t.is(endpoint.forged, 0)

  const ids = endpoint.thin.map(({ id }) => id)
  t.deepEqual(
    endpoint.thin.map((notice) => Object.keys(notice).sort()),
    ids.map(() => ['created', 'id', 'livemode', 'object', 'related_object', 'type']),
  )
  const reports = await Promise.all(ids.map((id) => stripe.v2.core.events.retrieve(id)))
  t.deepEqual(
    reports.map((report) => {
      const { data } = report as unknown as {
        data: { reason: { error_types: { code: string; sample_errors: object[] }[] } }
      }
      return data.reason.error_types.map(({ code, sample_errors: [sample] }) => ({ code, sample }))
    }),
    [
      [
        {
          code: 'meter_event_invalid_value',
          sample: {
            error_message: 'The value of value must be a whole number.',
            request: { identifier: 'half' },
          },
        },
      ],
      [
        {
          code: 'meter_event_customer_not_found',
          sample: {
            error_message: "No such customer: 'cus_nobody'",
            request: { identifier: 'nobody' },
          },
        },
      ],
    ],
  )
  const day = { start_time: sandbox.now - 3600, end_time: sandbox.now + 3600 }
  const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
    customer: customer.id,
    ...day,
  })
  t.is(data[0]?.aggregated_value, 2)
})
