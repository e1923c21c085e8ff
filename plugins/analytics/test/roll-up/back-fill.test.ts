import { fileURLToPath } from 'node:url'
import { startProcess } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { today } from '../../src/day.js'
import { application } from '../application.js'
import { store, type Change } from '../reference/history.js'
import { figures } from '../reference/read-figures.js'

const PROGRAM = fileURLToPath(new URL('./back-fill-process.js', import.meta.url))

const app = await application({ serve: false })
const { analytics, db } = app
test.after.always(() => app.close())

const RANGE = { from: '2023-01-01', to: '2025-06-30' }
const change = (n: number, day: string, amount: number): Change => ({
  subscription: `00000000-0000-7000-8001-00000000000${n}`,
  revision: 1,
  step: 0,
  customer: `00000000-0000-7000-8002-00000000000${n}`,
  currency: 'usd',
  at: new Date(day),
  amount,
  committed: amount,
  isActive: true,
  status: 'active',
})
const HISTORY = {
  changes: [
    change(1, '2023-02-03', 1000),
    change(2, '2024-05-06', 500),
    change(3, '2025-06-01', 200),
  ],
  activity: [],
  entries: [],
}

test.serial('a back-fill that is broken off goes on where it was, and ends the same', async (t) => {
  await store(db, HISTORY)
  await analytics.rollUp(RANGE)
  const whole = await figures(db)

  await store(db, HISTORY)
  const enough = new AbortController()
  const days: number[] = []
  const onProgress = ({ days: done, of }: { days: number; of: number }) => {
    days.push(done)
    t.is(of, 912)
    enough.abort()
  }
  t.false(await analytics.rollUp(RANGE, { signal: enough.signal, onProgress }))
  t.deepEqual(days, [366])
  t.true(await analytics.rollUp(RANGE, { onProgress }))
  t.deepEqual(days, [366, 732, 912])
  t.deepEqual(await figures(db), whole)
})

test.serial(
  'a back-fill whose process is killed within a piece goes on in another, and ends the same',
  async (t) => {
    t.timeout(180_000)
    await store(db, HISTORY)
    await analytics.rollUp(RANGE)
    const whole = await figures(db)

    await store(db, HISTORY)
    const start = (ready: RegExp) =>
      startProcess(PROGRAM, { args: [app.url, RANGE.from, RANGE.to], ready })
    const isWaiting = async () => {
      const waiting = await db.query(
        `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database()`,
      )
      return waiting.length > 0
    }
    const killed = new Error('It was killed.')
    await t.throwsAsync(
      db.transaction(async (tx) => {
        // The second piece has this row to write, so it stops in the middle and waits for us.
        await tx.query(
          `INSERT INTO mrr_snapshots VALUES ('2024-06-15', 'usd', 1, 0, 0, 0, 0, 0, 1, 1, 1, false)`,
        )
        const first = await start(/done: 366/)
        try {
          await waitFor(isWaiting, { what: 'the second piece', timeoutMs: 60_000 })
        } finally {
          t.is(await first.end('SIGKILL'), 'SIGKILL')
        }
        t.notRegex(first.output(), /done: 732/)
        throw killed
      }),
      { is: killed },
    )
    const [kept] = await db.query('SELECT progress FROM analytics_progress')
    t.deepEqual(kept, { progress: { ...RANGE, next: '2024-01-02' } })
    t.deepEqual(
      await db.query("SELECT day FROM mrr_snapshots WHERE day > '2024-01-01'"),
      [],
      'what the killed one had written of its piece is gone with it',
    )

    const second = await start(/it is whole/)
    await second.end('SIGTERM')
    t.deepEqual(second.output().match(/done: \d+/g), ['done: 732', 'done: 912'])
    t.deepEqual(await figures(db), whole)
    t.deepEqual(await db.query('SELECT 1 FROM analytics_progress'), [])
  },
)

test.serial('one of another range begins anew', async (t) => {
  const broken = AbortSignal.abort()
  await analytics.rollUp(RANGE, { signal: broken })
  const days: number[] = []
  const other = { ...RANGE, from: '2025-01-01' }
  await analytics.rollUp(other, { onProgress: ({ days: done }) => void days.push(done) })
  t.deepEqual(days, [181])
})

test.serial('two processes that roll up at once write what one would', async (t) => {
  await store(db, HISTORY)
  await analytics.rollUp(RANGE)
  const whole = await figures(db)
  const second = await application({ serve: false, url: app.url })
  t.teardown(() => second.close())
  await Promise.all([
    analytics.rollUp(RANGE),
    second.analytics.rollUp({ from: '2024-01-01', to: '2025-06-30' }),
    analytics.catchUp(),
    second.analytics.catchUp(),
  ])
  const after = await figures(db)
  t.deepEqual(
    whole.filter((line) => !after.includes(line)),
    [],
  )
})

test.serial('a range that reaches past today ends with it', async (t) => {
  await store(db, HISTORY)
  const days: number[] = []
  const onProgress = ({ of }: { of: number }) => void days.push(of)
  t.true(await analytics.rollUp({ from: today(-1), to: today(30) }, { onProgress }))
  t.deepEqual(days, [2])
  t.true(await analytics.rollUp({ from: today(5), to: today(9) }))
  const [last] = await db.query<{ day: string }>('SELECT max(day)::text AS day FROM daily_metrics')
  t.is(last?.day, today())
})

test.serial('trials are converted by what is paid within 14 days of their end (S13)', async (t) => {
  const trial = (n: number, day: string) => ({
    ...change(n, day, 0),
    status: 'trialing',
    isActive: false,
  })
  await store(db, {
    ...HISTORY,
    changes: [1, 2, 3].map((n) => trial(n, '2025-03-10T00:00:00Z')),
  })
  await db.query("UPDATE mrr_changes SET trial_end = '2025-03-24T00:00:00Z'")
  const pays = async (n: number, day: string) => {
    const [stripe, invoice] = [`sub_${n}`, `in_${n}`]
    await db.query(
      `INSERT INTO subscriptions (id, stripe_subscription_id, stripe_customer_id, livemode) VALUES ($1, $2, 'cus_1', false)`,
      [change(n, day, 0).subscription, stripe],
    )
    await db.query(
      `INSERT INTO invoices (id, stripe_invoice_id, stripe_subscription_id, status, currency, amount_due, amount_paid, livemode, created_at)
       VALUES (gen_random_uuid(), $1, $2, 'paid', 'usd', 100, 100, false, now())`,
      [invoice, stripe],
    )
    await db.query(
      `INSERT INTO revenue_entries (event_id, kind, payment_id, customer_id, at, currency, amount, livemode)
       VALUES (gen_random_uuid(), 'payment', $1, gen_random_uuid(), $2, 'usd', 100, false)`,
      [invoice, day],
    )
  }
  await pays(1, '2025-04-06T23:59:59Z')
  // A moment too late.
  await pays(2, '2025-04-07T00:00:01Z')
  // This trial was ended early, and so is its time to pay.
  await db.query(
    `INSERT INTO mrr_changes (subscription_id, revision, customer_id, currency, at, amount, committed, is_active,
       status, trial_end, livemode)
     SELECT subscription_id, 2, customer_id, currency, '2025-03-14', 100, 100, true, 'active', '2025-03-14', livemode
     FROM mrr_changes WHERE subscription_id = $1`,
    [change(3, '2025-03-14', 0).subscription],
  )
  await pays(3, '2025-03-28T00:00:01Z')
  await analytics.rollUp({ from: '2025-03-01', to: '2025-06-30' })
  t.deepEqual(await analytics.trials(), [
    { month: '2025-03-01', started: 3, converted: 1, isOpen: false, ended: 3, endedConverted: 1 },
  ])
})
