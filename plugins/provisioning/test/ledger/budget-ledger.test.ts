import { defineAgent, defineTool, ForgeError, Ledger, type Reservation } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { purge } from '../../src/purge.js'
import { application, call } from '../support/application.js'
import { DIG_PRICE, digger } from '../support/lab.js'

const METER = 'spend'
const app = await application({
  everyone: { limits: { spend_micros: 50 * DIG_PRICE } },
  spendPerRun: 80 * DIG_PRICE,
  meter: METER,
})
test.after.always(() => app.close())
const ledger = app.forge.get(Ledger)

const run = (userId: string, holes = 1, more: object = {}) =>
  app.forge.run(digger, { holes, ...more }, { principal: { userId } })
const reserve = (userId: string, amount: number, key: string = uuidv7(), ttlMs = 60_000) =>
  ledger.reserve({ scopes: [`user:${userId}`], what: 'dig', amount, key, ttlMs })

/** Money of a user as each place tells it. */
async function books(userId: string) {
  const one = async (sql: string) => {
    const [row] = await app.db.query<{ n: string | null }>(sql, [userId])
    return Number(row?.n ?? 0)
  }
  return {
    counted: await one(
      "SELECT sum(used) AS n FROM usage_counters WHERE user_id = $1 AND meter = 'spend_micros'",
    ),
    recorded: await one('SELECT sum(amount) AS n FROM usage_records WHERE user_id = $1'),
    charged: await one(
      `SELECT sum((payload ->> 'value')::bigint) AS n FROM events
       WHERE user_id = $1 AND event_type = 'billing.usage_recorded' AND payload ->> 'meter' = '${METER}'`,
    ),
    held: await one(`SELECT sum(amount) AS n FROM budget_holds
       WHERE scope = 'user:' || $1 AND expires_at > clock_timestamp()`),
  }
}
const spent = (amount: number, held = 0) => ({
  counted: amount,
  recorded: amount,
  charged: amount,
  held,
})

test('a call is paid for when it has succeeded, and charged under the id of its record', async (t) => {
  const { id: userId, token } = await app.person()
  await run(userId, 3)
  t.deepEqual(await books(userId), spent(3 * DIG_PRICE))
  const charged = await app.db.query(
    `SELECT 1 FROM events e JOIN usage_records r ON r.id::text = e.external_id
     WHERE e.user_id = $1 AND e.source = 'billing.usage' AND r.amount = (payload ->> 'value')::bigint`,
    [userId],
  )
  t.is(charged.length, 3)
  const { body } = await call(`${app.url}/api/usage`, { token })
  t.like(body, {
    usage: {
      spend_micros: { used: 3 * DIG_PRICE, limit: 50 * DIG_PRICE },
      agent_runs: { used: 1 },
    },
    reserved: 0,
    spent: [{ what: 'dig', plugin: 'lab', calls: 3, amount: 3 * DIG_PRICE }],
  })
})

/** Asks a model: what a call costs is known only when it is over. */
const askModel = defineTool({
  name: 'ask_model',
  description: 'Asks a model.',
  effect: 'external',
  input: z.enum(['answers', 'breaks', 'forgets']),
  output: z.null(),
  async run(how, { budget }) {
    const reservation = await budget.reserve(10 * DIG_PRICE)
    if (how === 'breaks') throw new Error('the model is away')
    if (how === 'answers') await reservation.settle(3 * DIG_PRICE)
    return null
  },
})
const thinker = defineAgent({
  name: 'thinker',
  description: 'Thinks within its budget.',
  budget: 25 * DIG_PRICE,
  tools: [askModel],
  input: z.array(z.enum(['answers', 'breaks', 'forgets'])),
  output: z.array(z.string()),
  run: (questions, ctx) =>
    Promise.all(
      questions.map((how) =>
        ctx.tool(askModel, how).then(
          () => 'done',
          (error: unknown) => (error instanceof ForgeError ? error.code : 'failed'),
        ),
      ),
    ),
})

test('what a call came to is spent of the agent’s budget and of the customer’s, and the rest given back', async (t) => {
  const userId = await app.user()
  const think = (...questions: ('answers' | 'breaks' | 'forgets')[]) =>
    app.forge.run(thinker, questions, { principal: { userId } })
  t.deepEqual(await think('answers'), ['done'])
  t.deepEqual(await books(userId), spent(3 * DIG_PRICE))
  t.deepEqual(await think('breaks', 'forgets'), ['failed', 'done'])
  t.deepEqual(await books(userId), spent(3 * DIG_PRICE))
  const answers = Array.from({ length: 10 }, () => 'answers' as const)
  // Two may be under way at once, whatever they come to in the end.
  const refused = (await think(...answers)).filter((outcome) => outcome === 'BUDGET_EXCEEDED')
  t.is(refused.length, 8)
  t.deepEqual(await books(userId), spent(9 * DIG_PRICE))
})

test('of agents at once that set aside what they can cost, the customer’s limit bounds all', async (t) => {
  const userId = await app.user()
  const runs = await Promise.all(
    Array.from({ length: 20 }, () =>
      app.forge.run(thinker, ['answers'], { principal: { userId } }),
    ),
  )
  const done = runs.flat().filter((outcome) => outcome === 'done').length
  t.deepEqual([...new Set(runs.flat())].sort(), ['BUDGET_EXCEEDED', 'done'])
  const { counted, held } = await books(userId)
  t.deepEqual([counted, held], [done * 3 * DIG_PRICE, 0])
  t.true(counted <= 50 * DIG_PRICE)
})

test('a call that fails costs nothing', async (t) => {
  const userId = await app.user()
  await t.throwsAsync(run(userId, 1, { breaks: true }), { message: 'the spade broke' })
  t.deepEqual(await books(userId), spent(0))
})

test('a hundred runs at once on two processes spend the budget to the last bit, and not more', async (t) => {
  const other = await app.node()
  t.teardown(() => other.end('SIGTERM'))
  const userId = await app.user()
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      if (n % 2 === 0) {
        const body = { userId, holes: 1 }
        return (await call(`${other.url}/lab/dig`, { body })).body.error?.code
      }
      return run(userId).then(
        () => undefined,
        (error: unknown) => (error as { code: string }).code,
      )
    }),
  )
  t.is(outcomes.filter((code) => code === undefined).length, 50)
  t.is(outcomes.filter((code) => code === 'BUDGET_EXCEEDED').length, 50)
  t.deepEqual(await books(userId), spent(50 * DIG_PRICE))
})

test('what a budget does not have is refused before it is spent, and says what is left', async (t) => {
  const userId = await app.user()
  const held = await reserve(userId, 49 * DIG_PRICE + 1)
  const error = await t.throwsAsync(run(userId), { code: 'BUDGET_EXCEEDED' })
  t.like(error, {
    status: 402,
    details: { amount: DIG_PRICE, left: DIG_PRICE - 1, ceiling: 50 * DIG_PRICE },
  })
  await held.release()
  await t.notThrowsAsync(run(userId))
})

test('one run has a budget of its own, whoever it is for', async (t) => {
  const error = await t.throwsAsync(app.forge.run(digger, { holes: 81 }), {
    code: 'BUDGET_EXCEEDED',
  })
  t.like(error, { details: { left: 0, ceiling: 80 * DIG_PRICE } })
})

test('what a process that died has set aside is free again when its time is over', async (t) => {
  const other = await app.node()
  const [userId, key] = [await app.user(), uuidv7()]
  const body = { userId, amount: 50 * DIG_PRICE, key, ttlMs: 60_000 }
  t.is((await call(`${other.url}/lab/reserve`, { body })).status, 204)
  await other.end('SIGKILL')
  await t.throwsAsync(run(userId), { code: 'BUDGET_EXCEEDED' })
  await app.db.query(
    "UPDATE budget_holds SET expires_at = expires_at - interval '1 minute' WHERE key = $1",
    [key],
  )
  await run(userId)
  t.deepEqual(await books(userId), spent(DIG_PRICE))
  await purge(app.db)
  t.deepEqual(await app.db.query('SELECT 1 FROM budget_holds WHERE key = $1', [key]), [])
})

test('a process that dies in the middle of many calls leaves books that agree, and nothing overspent', async (t) => {
  const other = await app.node()
  const userId = await app.user()
  const theirs = Array.from({ length: 20 }, () =>
    call(`${other.url}/lab/dig`, { body: { userId, holes: 2 } }).catch(() => 'cut off'),
  )
  await waitFor(async () => (await books(userId)).recorded >= 3 * DIG_PRICE)
  await other.end('SIGKILL')
  await Promise.all(theirs)
  await t.throwsAsync(run(userId, 51), { code: 'BUDGET_EXCEEDED' })
  const { counted, recorded, charged, held } = await books(userId)
  t.deepEqual([counted, charged], [recorded, recorded])
  t.is(recorded + held, 50 * DIG_PRICE)
})

test('whoever comes with the same key is charged once: twice settled, or again after a crash', async (t) => {
  const userId = await app.user()
  const key = uuidv7()
  const crashed = await reserve(userId, DIG_PRICE, key)
  const resumed = await reserve(userId, DIG_PRICE, key)
  t.is((await books(userId)).held, DIG_PRICE)
  await Promise.all([crashed.settle(DIG_PRICE), resumed.settle(DIG_PRICE)])
  await resumed.settle(DIG_PRICE)
  const again = await reserve(userId, DIG_PRICE, key)
  await again.settle(DIG_PRICE)
  t.deepEqual(await books(userId), spent(DIG_PRICE))
})

test('a reservation of the same key takes the place of the first, which then covers no more', async (t) => {
  const userId = await app.user()
  const key = uuidv7()
  const crashed = await reserve(userId, 40 * DIG_PRICE, key)
  const resumed = await reserve(userId, 20 * DIG_PRICE, key)
  await reserve(userId, 30 * DIG_PRICE)
  await t.throwsAsync(crashed.settle(40 * DIG_PRICE), { code: 'RESERVATION_EXPIRED' })
  await resumed.settle(20 * DIG_PRICE)
  t.deepEqual(await books(userId), spent(20 * DIG_PRICE, 30 * DIG_PRICE))
})

test('what is not spent of a reservation is given back, and more than that is refused', async (t) => {
  const userId = await app.user()
  const reservation = await reserve(userId, 10 * DIG_PRICE)
  await t.throwsAsync(reservation.settle(11 * DIG_PRICE), { code: 'SETTLEMENT_TOO_LARGE' })
  await reservation.settle(4 * DIG_PRICE)
  t.deepEqual(await books(userId), spent(4 * DIG_PRICE))
  await (await reserve(userId, DIG_PRICE)).settle(0)
  t.deepEqual(await books(userId), spent(4 * DIG_PRICE))
})

test('a reservation that has run out is settled if nobody has spent the money meanwhile', async (t) => {
  const userId = await app.user()
  const [first, second] = [
    await reserve(userId, 30 * DIG_PRICE, uuidv7(), 1),
    await reserve(userId, 30 * DIG_PRICE, uuidv7(), 1),
  ]
  await first.settle(30 * DIG_PRICE)
  await t.throwsAsync(second.settle(30 * DIG_PRICE), { code: 'RESERVATION_EXPIRED' })
  t.deepEqual(await books(userId), spent(30 * DIG_PRICE))
})

for (const amount of [-1, 0.5, Number.NaN, 2 ** 60]) {
  test(`an amount of ${amount} is refused`, async (t) => {
    await t.throwsAsync(reserve(await app.user(), amount), { code: 'AMOUNT_INVALID' })
    const reservation: Reservation = await reserve(await app.user(), 1)
    await t.throwsAsync(reservation.settle(amount), { code: 'AMOUNT_INVALID' })
  })
}

test('a customer who is deleted leaves the record of what was spent', async (t) => {
  const userId = await app.user()
  await run(userId)
  await app.idle()
  const count = 'SELECT count(*)::int FROM usage_records WHERE user_id IS NULL AND amount = $1'
  const [before] = await app.db.query<{ count: number }>(count, [DIG_PRICE])
  await app.db.query('DELETE FROM users WHERE id = $1', [userId])
  const [after] = await app.db.query<{ count: number }>(count, [DIG_PRICE])
  t.true((after?.count ?? 0) > (before?.count ?? 0))
})
