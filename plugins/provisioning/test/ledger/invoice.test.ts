import { waitFor } from '@titanforge/database/testing'
import { startStripeSandbox } from '@titanforge/stripe-sandbox'
import test from 'ava'
import { application, call } from '../support/application.js'
import { DIG_PRICE, digger } from '../support/lab.js'

const METER = 'spend'
const sandbox = await startStripeSandbox({ port: 0 })
const app = await application({
  meter: METER,
  stripe: { secretKey: sandbox.key, apiBase: sandbox.url },
})
test.after.always(async () => {
  await app.close()
  await sandbox.stop()
})

/** Asks Stripe; with parameters as POST. */
async function stripe(path: string, params?: Record<string, string>) {
  const response = await fetch(sandbox.url + path, {
    method: params ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${sandbox.key}` },
    ...(params ? { body: new URLSearchParams(params) } : {}),
  })
  return (await response.json()) as { id: string; data: { aggregated_value: number }[] }
}

test('what Stripe charges is what was spent, also where a process dies in the middle', async (t) => {
  const meter = await stripe('/v1/billing/meters', {
    display_name: 'Spending',
    event_name: METER,
    'default_aggregation[formula]': 'sum',
  })
  const customer = await stripe('/v1/customers', { email: 'ada@example.com' })
  const userId = await app.user()
  await app.db.query(
    'INSERT INTO customers (id, user_id, livemode, stripe_customer_id) VALUES ($1, $1, false, $2)',
    [userId, customer.id],
  )
  const spent = async () => {
    const [row] = await app.db.query<{ amount: string | null }>(
      'SELECT sum(amount) AS amount FROM usage_records WHERE user_id = $1',
      [userId],
    )
    return Number(row?.amount ?? 0)
  }
  const charged = async () => {
    const begin = Math.floor(Date.now() / 60_000) * 60 - 3600
    const period = `start_time=${begin}&end_time=${begin + 7200}`
    const path = `/v1/billing/meters/${meter.id}/event_summaries?customer=${customer.id}&${period}`
    return (await stripe(path)).data[0]?.aggregated_value ?? 0
  }

  const other = await app.node()
  const theirs = Array.from({ length: 10 }, () =>
    call(`${other.url}/lab/dig`, { body: { userId, holes: 5 } }).catch(() => 'cut off'),
  )
  await app.forge.run(digger, { holes: 5 }, { principal: { userId } })
  await waitFor(async () => (await spent()) >= 10 * DIG_PRICE)
  await other.end('SIGKILL')
  await Promise.all(theirs)
  // What the dead process was sending is sent by the other when its claims have ended.
  await waitFor(async () => (await charged()) === (await spent()), { timeoutMs: 60_000 })
  await app.idle()
  t.is(await charged(), await spent())
  t.deepEqual(await app.db.query('SELECT reason FROM event_dead_letters'), [])
})
