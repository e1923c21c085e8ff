import test from 'ava'
import fc from 'fast-check'
import { addDays, today } from '../../src/day.js'
import { application } from '../application.js'
import { daysBetween, reference, referenceWindow } from '../reference/figures.js'
import { DAYS, FIRST_DAY, histories } from '../reference/histories.js'
import { add, store } from '../reference/history.js'
import { figures, storedFigures } from '../reference/read-figures.js'

const app = await application({ serve: false })
const { db, analytics } = app
test.after.always(() => app.close())

const LAST_DAY = today()
const HOUR_AGO = new Date(Date.now() - 3_600_000)
const whole = { from: FIRST_DAY, to: LAST_DAY }
const property = <Values extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof Values]: fc.Arbitrary<Values[K]> },
  check: (...values: Values) => Promise<void>,
  numRuns = 20,
) => fc.assert(fc.asyncProperty(...arbitraries, check), { numRuns })

test.serial('every figure of any history is what its definition says (S1 to S17)', async (t) => {
  await property([histories], async (history) => {
    await store(db, history)
    await analytics.rollUp(whole)
    t.deepEqual(await figures(db), reference(history, FIRST_DAY, LAST_DAY))
  })
})

test.serial(
  'start and what moved make up the end of every day, and of every month (S7)',
  async (t) => {
    await property([histories], async (history) => {
      await store(db, history)
      await analytics.rollUp(whole)
      const days = await analytics.mrrByDay(whole)
      const months = await analytics.mrrByMonth(whole)
      for (const { start, reactivation, expansion, contraction, churn, end, ...it } of [
        ...days,
        ...months,
      ])
        t.is(start + it.new + reactivation + expansion - contraction - churn, end)
      for (const { day, currency, start } of days) {
        const before = days.find((it) => it.currency === currency && it.day === addDays(day, -1))
        t.is(before?.end ?? 0, start)
      }
    })
  },
)

test.serial(
  'a window has the movements of its two ends, whatever lies between (S8, S11)',
  async (t) => {
    const day = fc.integer({ min: 0, max: DAYS - 1 })
    await property([histories, day, day], async (history, one, other) => {
      await store(db, history)
      await analytics.rollUp(whole)
      const from = addDays(FIRST_DAY, Math.min(one, other))
      const to = addDays(FIRST_DAY, Math.max(one, other))
      const expected = referenceWindow(history, FIRST_DAY, from, to)
      const { currencies, customers } = await analytics.summary({ from, to })
      const isEmpty = (it: { startMrr: number; mrr: number }) => it.startMrr === 0 && it.mrr === 0
      t.deepEqual(
        currencies
          .filter((it) => !isEmpty(it))
          .map(({ currency, startMrr, mrr, movements }) => ({
            currency,
            startMrr,
            mrr,
            movements,
          })),
        expected.currencies,
      )
      const { start, paying, churned } = customers
      t.deepEqual({ start, paying, churned }, expected.customers)
    })
  },
)

test.serial(
  'in whatever pieces it is computed, and how often, the figures are the same (S9)',
  async (t) => {
    const cut = fc.integer({ min: 0, max: DAYS - 2 })
    await property([histories, cut], async (history, days) => {
      await store(db, history)
      await analytics.rollUp({ from: FIRST_DAY, to: addDays(FIRST_DAY, days) })
      await analytics.rollUp({ from: addDays(FIRST_DAY, days + 1), to: LAST_DAY })
      const once = await figures(db)
      await analytics.rollUp({ from: addDays(FIRST_DAY, days), to: LAST_DAY })
      t.deepEqual(await figures(db), once)
      t.deepEqual(once, reference(history, FIRST_DAY, LAST_DAY))
    })
  },
)

test.serial('a late fact leads to the same figures as one in time (S9)', async (t) => {
  await property([histories, histories], async (history, late) => {
    await store(db, history, HOUR_AGO)
    await analytics.rollUp(whole)
    await analytics.catchUp()
    // Other subscriptions, of the same customers.
    const changes = late.changes.map((it) => ({
      ...it,
      subscription: it.subscription.replace('-8001-', '-8009-'),
    }))
    await add(db, { ...late, changes })
    await analytics.catchUp()
    await analytics.rollUp({ from: LAST_DAY, to: LAST_DAY })
    const all = {
      changes: [...history.changes, ...changes],
      activity: [...history.activity, ...late.activity],
      entries: [...history.entries, ...late.entries],
    }
    t.deepEqual(await figures(db), reference(all, FIRST_DAY, LAST_DAY))
  })
})

test.serial('a late event that makes nobody active changes its day alone, and today', async (t) => {
  await store(db, { changes: [], activity: [], entries: [] }, HOUR_AGO)
  const user = '00000000-0000-7000-8003-999999999999'
  const on = (day: string) => new Date(`${day}T12:00:00Z`)
  const days = daysBetween(FIRST_DAY, LAST_DAY)
  const logIns = days.map((day) => ({ user, at: on(day), type: 'auth.logged_in' as const }))
  await add(db, { activity: logIns }, HOUR_AGO)
  await analytics.catchUp()
  await db.query(
    "UPDATE analytics_progress SET progress = progress || jsonb_build_object('settledAt', now() - interval '10 minutes')",
  )
  const before = new Map((await storedFigures(db)).map(({ line, version }) => [line, version]))
  const day = addDays(FIRST_DAY, 20)
  await add(db, { activity: [{ user, at: on(day), type: 'auth.signed_up' }] })
  await analytics.catchUp()
  const touched = (await storedFigures(db)).filter(
    ({ line, version }) => before.get(line) !== version,
  )
  const dated = touched.filter(({ line }) => !/^\S+ (month|customers) /.test(line))
  t.deepEqual(
    [...new Set(dated.map((row) => row.day))].filter((it) => it !== LAST_DAY),
    [day],
  )
  t.true(touched.some(({ line }) => line === `${day} sign_ups 1`))
})

test.serial(
  'what cannot be an account is no active user, and stops no roll-up (S16)',
  async (t) => {
    await store(db, {
      changes: [],
      activity: [
        { user: 'somebody', at: new Date(), type: 'auth.logged_in' },
        { user: '00000000-0000-7000-8003-000000000001', at: new Date(), type: 'auth.logged_in' },
      ],
      entries: [],
    })
    await analytics.rollUp({ from: LAST_DAY, to: LAST_DAY })
    const lines = await figures(db)
    t.true(lines.includes(`${LAST_DAY} dau 1`) && lines.includes(`${LAST_DAY} log_ins 2`))
  },
)

test.serial(
  'a late event is counted on its day alone, and changes no row of another',
  async (t) => {
    await property(
      [histories, fc.integer({ min: 0, max: DAYS - 2 })],
      async (history, offset) => {
        await store(db, history, HOUR_AGO)
        await analytics.rollUp(whole)
        await analytics.catchUp()
        await db.query(
          "UPDATE analytics_progress SET progress = progress || jsonb_build_object('settledAt', now() - interval '10 minutes')",
        )
        const before = await storedFigures(db)
        const day = addDays(FIRST_DAY, offset)
        const user = '00000000-0000-7000-8003-999999999999'
        const at = new Date(`${day}T12:00:00Z`)
        await add(db, { activity: [{ user, at, type: 'auth.logged_in' }] })
        await analytics.catchUp()
        const versions = new Set(before.map(({ line, version }) => `${version} ${line}`))
        const after = await storedFigures(db)
        const touched = after.filter(({ line, version }) => !versions.has(`${version} ${line}`))
        // The days in whose 30 days it falls, and today, which is not over.
        const expected = [...daysBetween(day, addDays(day, 29)), LAST_DAY]
        const dated = touched.filter(({ line }) => !/^\S+ (month|customers) /.test(line))
        t.deepEqual(
          dated.filter((row) => !expected.includes(row.day)),
          [],
        )
        const counts = touched.filter(({ line }) => line.includes(' log_ins '))
        t.true(counts.every((row) => row.day === day || row.day === LAST_DAY))
        t.true(counts.some((row) => row.day === day))
      },
      15,
    )
  },
)
