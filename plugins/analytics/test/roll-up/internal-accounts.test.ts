import test from 'ava'
import { application } from '../application.js'
import { store, type Activity, type Change } from '../reference/history.js'
import { figures } from '../reference/read-figures.js'

const app = await application({ serve: false })
const { analytics, db } = app
test.after.always(() => app.close())

const RANGE = { from: '2026-03-01', to: '2026-03-31' }
const AT = new Date('2026-03-10T10:00:00Z')

const change = (n: number, customer: string): Change => ({
  subscription: `00000000-0000-7000-8001-00000000000${n}`,
  revision: 1,
  step: 0,
  customer,
  currency: 'usd',
  at: AT,
  amount: 1000,
  committed: 1000,
  isActive: true,
  status: 'active',
})
const activity = (user: string): Activity[] => [
  { user, at: AT, type: 'auth.signed_up' },
  { user, at: AT, type: 'auth.logged_in' },
  { user, at: AT, type: 'analytics.api_called' },
]
const payment = { kind: 'payment' as const, at: AT, currency: 'usd', amount: 1000, tax: 0 }

test('an account of our own people counts no more when it is deleted either (S18)', async (t) => {
  const [own, other] = [await app.user(), await app.user()]
  await store(db, {
    changes: [change(1, own), change(2, other)],
    activity: [...activity(own), ...activity(other)],
    entries: [payment, { ...payment, amount: 700 }],
  })
  await db.query(
    `INSERT INTO events (id, event_type, key, payload, timestamp, version, correlation_id)
     SELECT gen_random_uuid(), 'analytics.agent_run_ended', key,
            '{"agent": "a", "status": "succeeded", "durationMs": 5}', $2, 1, gen_random_uuid()
     FROM unnest($1::text[]) AS key`,
    [[own, other], AT],
  )
  await db.query('UPDATE events SET user_id = key::uuid')
  await db.query(
    'UPDATE revenue_entries SET customer_id = CASE amount WHEN 700 THEN $1::uuid ELSE $2 END',
    [own, other],
  )
  const counted = async () => {
    await analytics.rollUp(RANGE)
    return figures(db)
  }
  const ofBoth = await counted()
  await db.query('UPDATE users SET is_internal = true WHERE id = $1', [own])
  const ofOther = await counted()
  t.notDeepEqual(ofOther, ofBoth)
  for (const figure of ['dau 1', 'sign_ups 1', 'api_calls 1', 'agent_runs 1', 'revenue usd 1000'])
    t.true(ofOther.includes(`2026-03-10 ${figure}`), figure)

  await db.query('DELETE FROM users WHERE id = $1', [own])
  t.deepEqual(await counted(), ofOther)
  t.deepEqual(
    (await analytics.mrrByDay({ from: RANGE.to, to: RANGE.to })).map(({ end }) => end),
    [1000],
  )

  // Others stay counted, whoever they were.
  await db.query('DELETE FROM users WHERE id = $1', [other])
  t.deepEqual(await counted(), ofOther)
})
