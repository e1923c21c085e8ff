import type { Panel } from '@titanforge/dashboard'
import test from 'ava'
import { addDays, today } from '../../src/day.js'
import { agentsPanel } from '../../src/panels/agents.js'
import { activeUsersPanel } from '../../src/panels/active-users.js'
import { cohortsPanel } from '../../src/panels/cohorts.js'
import { headlinePanel } from '../../src/panels/headline.js'
import { movementsPanel } from '../../src/panels/movements.js'
import { mrrPanel } from '../../src/panels/mrr.js'
import { revenuePanel } from '../../src/panels/revenue.js'
import { trialsPanel } from '../../src/panels/trials.js'
import { application } from '../application.js'
import { store, type Change } from '../reference/history.js'

const app = await application({ serve: false })
const { analytics, db } = app
test.after.always(() => app.close())

const LAST = today()
const range = { from: addDays(LAST, -29), to: LAST }
const ctx = { ...range, identity: { userId: '', isSuperuser: true } } as never
const load = async (panel: Panel) => (panel.kind === 'form' ? [] : panel.load(ctx))

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const change = (n: number, at: Date): Change => ({
  subscription: uuid(n),
  revision: 1,
  step: 0,
  customer: uuid(n),
  currency: 'usd',
  at,
  amount: n,
  committed: n,
  isActive: true,
  status: 'active',
})

test.before(async () => {
  // More than one page of the ledger, each a minute after the other.
  const begin = Date.parse(`${addDays(LAST, -10)}T00:00:00Z`)
  const changes = Array.from({ length: 1200 }, (_, n) =>
    change(n + 1, new Date(begin + n * 60_000)),
  )
  const paid = {
    kind: 'payment' as const,
    at: new Date(begin),
    currency: 'usd',
    amount: 500,
    tax: 0,
  }
  await store(db, {
    changes,
    activity: [{ user: uuid(1), at: new Date(begin), type: 'auth.logged_in' }],
    entries: [paid],
  })
  await db.query(
    `INSERT INTO events (id, event_type, payload, timestamp, version, correlation_id)
     SELECT gen_random_uuid(), 'analytics.agent_run_ended',
            jsonb_build_object('agent', 'writer', 'status', CASE n WHEN 1 THEN 'failed' ELSE 'succeeded' END, 'durationMs', 100),
            $1, 1, gen_random_uuid() FROM generate_series(1, 4) n`,
    [new Date(begin)],
  )
  await analytics.rollUp(range)
})

test('the newest movements are shown, however many there are', async (t) => {
  const rows = (await load(movementsPanel(analytics))) as { customerId: string }[]
  t.is(rows.length, 100)
  t.is(rows[0]?.customerId, uuid(1200))
  t.is(rows.at(-1)?.customerId, uuid(1101))
})

test('agents are shown with how their runs ended', async (t) => {
  t.deepEqual(await load(agentsPanel(analytics)), [
    { agent: 'writer', runs: 4, rate: 0.75, p50: 100, p95: 100 },
  ])
})

test('cohorts are shown with who is left, as far as time has come', async (t) => {
  t.like((await load(cohortsPanel(analytics)))[0], { size: 1200, after12: null })
})

test('charts have a series for each currency or figure', async (t) => {
  const day = addDays(LAST, -10)
  t.deepEqual(await load(revenuePanel(analytics)), [
    { name: 'USD', currency: 'usd', points: [[day, 500]] },
  ])
  const [mrr] = (await load(mrrPanel(analytics))) as { points: unknown[] }[]
  t.deepEqual(mrr?.points.at(-1), [LAST, (1200 * 1201) / 2])
  const users = (await load(activeUsersPanel(analytics))) as { name: string; points: unknown[] }[]
  t.deepEqual(
    users.map(({ name, points }) => [name, points.length]),
    [
      ['In a day', 1],
      ['In 7 days', 7],
      ['In 30 days', 11],
    ],
  )
})

test('what there is nothing of is empty, and not an error', async (t) => {
  t.deepEqual(await load(trialsPanel(analytics)), [])
  t.true((await load(headlinePanel(analytics))).length > 0)
})
