import { Database } from '@titanforge/database'
import { Billing } from '@titanforge/stripe'
import test from 'ava'
import { openStage } from './histories/stage.js'

test.serial(
  'usage gets to Stripe once, and what Stripe finds wrong with it later is a dead letter that says so',
  async (t) => {
    t.timeout(120_000)
    const stage = await openStage({ processes: 1 })
    t.teardown(() => stage.close())
    const world = await stage.begin({ seed: 'usage', chaos: { duplicate: 1 } })
    const { operator, sandbox, stripe } = world.parts
    const meter = await stripe.billing.meters.create({
      display_name: 'Runs',
      event_name: 'runs',
      default_aggregation: { formula: 'sum' },
    })
    await world.signUp()
    const [person] = world.people
    const userId = person?.id ?? ''
    await world.ask('/api/billing/portal', {}, person?.token)
    const use = (id: string, value: number) =>
      operator.get(Database).transaction((tx) => {
        const at = new Date(sandbox.now * 1000).toISOString()
        return operator.get(Billing).recordUsage(tx, { userId, meter: 'runs', value, at }, id)
      })
    sandbox.advance({ seconds: Math.floor(Date.now() / 1000) - sandbox.now })
    for (const id of ['a', 'a', 'b']) await use(id, 21)
    await use('c', 1.5)
    await world.handled()
    await sandbox.drain()
    await world.handled()

    const [customer] = (await stripe.customers.list()).data
    const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
      customer: customer?.id ?? '',
      start_time: sandbox.now - 3600,
      end_time: sandbox.now + 3600,
    })
    t.is(data[0]?.aggregated_value, 42)
    const [event] = await world.rows<{ id: string }>(
      "SELECT id FROM events WHERE external_id = 'c' AND event_type = 'billing.usage_recorded'",
    )
    const letters = await world.rows<{ consumer: string; reason: string }>(
      'SELECT consumer, reason FROM event_dead_letters',
    )
    t.deepEqual(
      letters.map(({ consumer }) => consumer),
      ['billing.meter-errors'],
    )
    t.regex(letters[0]?.reason ?? '', /meter_event_invalid_value: .* whole number/)
    t.true(letters[0]?.reason.includes(event?.id ?? 'no event'))
  },
)
