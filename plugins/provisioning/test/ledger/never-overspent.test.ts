import { Ledger, type Reservation } from '@titanforge/core'
import test from 'ava'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { application } from '../support/application.js'

const [CEILING, PER_RUN] = [100, 60]
const app = await application({
  everyone: { limits: { spend_micros: CEILING } },
  spendPerRun: PER_RUN,
  meter: 'spend',
})
test.after.always(() => app.close())
const ledger = app.forge.get(Ledger)

/** What becomes of a call: it succeeds, fails, dies with its process, or dies and is done again. */
const call = fc.record({
  run: fc.nat(2),
  amount: fc.integer({ min: 1, max: 40 }),
  /** What it may come to when it is done again. */
  again: fc.integer({ min: 1, max: 40 }),
  share: fc.integer({ min: 0, max: 100 }),
  end: fc.constantFrom('settle', 'release', 'die', 'die and resume', 'settle late'),
})

const REFUSALS = ['BUDGET_EXCEEDED', 'RESERVATION_EXPIRED']

interface Money {
  scope: string
  spent: number
  held: number
}

test('whatever calls there are at once and however they end, no budget is overspent', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 25 }), async (calls) => {
      const userId = await app.user()
      const runs = [uuidv7(), uuidv7(), uuidv7()]
      const settled = new Map<string, number>()
      await Promise.all(
        calls.map(async ({ run, amount, again, share, end }) => {
          const key = uuidv7()
          const scopes = [`run:${runs[run]}`, `user:${userId}`]
          const ttlMs = end === 'settle late' ? 1 : 60_000
          const reserve = (most: number) =>
            ledger.reserve({ scopes, what: 'tool', amount: most, key, ttlMs })
          const settle = async (reservation: Reservation, actual: number) => {
            await reservation.settle(actual)
            if (actual > 0 && !settled.has(key)) settled.set(key, actual)
          }
          const part = (of: number) => Math.floor((of * share) / 100)
          try {
            const reservation = await reserve(amount)
            await refuseOverspending([userId, ...runs], t.fail.bind(t))
            if (end === 'release') await reservation.release()
            if (end === 'settle' || end === 'settle late') await settle(reservation, part(amount))
            if (end === 'die and resume') {
              const resumed = await reserve(again)
              // Whichever comes first, for the process was not dead after all.
              const both = [() => settle(reservation, amount), () => settle(resumed, part(again))]
              for (const one of share % 2 === 0 ? both : both.toReversed()) await one()
            }
          } catch (error) {
            if (!REFUSALS.includes((error as { code: string }).code)) throw error
          }
        }),
      )
      await refuseOverspending([userId, ...runs], t.fail.bind(t))
      const total = [...settled.values()].reduce((sum, amount) => sum + amount, 0)
      t.deepEqual(await toldBy(userId), { recorded: total, counted: total, charged: total })
      const holds = await app.db.query<{ key: string }>(
        'SELECT key FROM budget_holds WHERE scope = $1',
        [`user:${userId}`],
      )
      // Only what has died is still held, to its end.
      t.false(holds.some(({ key }) => settled.has(key)))
    }),
    { numRuns: 25, includeErrorInReport: true },
  )
})

/** What is spent and held together, of one state of the data. */
async function refuseOverspending(ids: string[], fail: (why: string) => void): Promise<void> {
  const rows = await app.db.query<Money>(
    `SELECT scope, coalesce(spent, 0)::int AS spent, coalesce(held, 0)::int AS held
     FROM unnest($1::text[]) account
     CROSS JOIN LATERAL (SELECT CASE WHEN account = $2 THEN 'user:' ELSE 'run:' END || account AS scope) named
     CROSS JOIN LATERAL (SELECT sum(amount) AS spent FROM usage_records
       WHERE run_id = account OR user_id::text = account) spending
     CROSS JOIN LATERAL (SELECT sum(amount) AS held FROM budget_holds h
       WHERE h.scope = named.scope AND expires_at > clock_timestamp()) holding`,
    [ids, ids[0]],
  )
  for (const { scope, spent, held } of rows) {
    const ceiling = scope.startsWith('user:') ? CEILING : PER_RUN
    if (spent + held > ceiling) fail(`${scope}: ${spent} spent and ${held} held of ${ceiling}`)
  }
}

async function toldBy(userId: string) {
  const [row] = await app.db.query(
    `SELECT (SELECT coalesce(sum(amount), 0)::int FROM usage_records WHERE user_id = $1) AS recorded,
       (SELECT coalesce(sum(used), 0)::int FROM usage_counters
        WHERE user_id = $1 AND meter = 'spend_micros') AS counted,
       (SELECT coalesce(sum((payload ->> 'value')::int), 0)::int FROM events
        WHERE user_id = $1 AND event_type = 'billing.usage_recorded') AS charged`,
    [userId],
  )
  return row
}
