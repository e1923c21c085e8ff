import { Analytics, analytics } from '@titanforge/analytics'
import { auth } from '@titanforge/auth'
import { createForge, createLogger } from '@titanforge/core'
import { database, Database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { stripe } from '@titanforge/stripe'
import pg from 'pg'
import { byHand, CHECKS } from './analytics/by-hand.js'
import { DAYS, load } from './analytics/load.js'
import { median } from './compare.js'
import { goal } from './goal.js'

const ROUNDS = 3
const log = createLogger({ level: 'warn' })
const dayBefore = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
const [first, last] = [dayBefore(DAYS - 1), dayBefore(0)]

const timed = async (work) => {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

const { url, drop } = await testDatabase()
const forge = createForge({
  log,
  plugins: [
    database({ url }),
    events(),
    http({ port: 0 }),
    auth({ jwtSecret: 'a secret of the bench, long enough for HS256' }),
    stripe({ webhookSecrets: ['whsec_bench'] }),
    analytics({ reportingCurrency: 'usd' }),
  ],
})
await forge.start({ serve: false })
const client = new pg.Client({ connectionString: url })
await client.connect()

try {
  const loading = await timed(() => load(client))
  console.log(
    `\nloaded in ${(loading / 1000).toFixed(0)} s: 1,000,000 events, 100,000 subscriptions, ${DAYS} days`,
  )
  await fullRollUp()
  await oneNewDay()
  await dashboard()
} finally {
  await client.end()
  await forge.stop()
  await drop()
}

/** Everything of a year, by hand and by the product, in turns. */
async function fullRollUp() {
  const service = forge.get(Analytics)
  const [hand, ours, parts] = [[], [], []]
  for (let round = 0; round < ROUNDS; round++) {
    const byTurn = [
      async () => {
        const ms = await byHand(client)
        parts.push(ms)
        hand.push(Object.values(ms).reduce((sum, one) => sum + one, 0))
      },
      async () => ours.push(await timed(() => service.rollUp({ from: first, to: last }))),
    ]
    if (round % 2 === 1) byTurn.reverse()
    for (const run of byTurn) await run()
  }
  const seconds = (all) => `${(median(all) / 1000).toFixed(2)} s`
  console.log(`\nfull roll-up, ${ROUNDS} rounds`)
  for (const name of Object.keys(parts[0]))
    console.log(`  by hand: ${name.padEnd(18)} ${seconds(parts.map((ms) => ms[name]))}`)
  console.log(`  by hand, in all             ${seconds(hand)}`)
  console.log(`  Analytics.rollUp            ${seconds(ours)}`)
  for (const [what, [byThem, byUs]] of Object.entries(CHECKS)) {
    const [theirs, own] = [await client.query(byThem), await client.query(byUs)].map(({ rows }) =>
      String(rows[0]?.n),
    )
    if (theirs !== own) throw new Error(`${what}: ${theirs} by hand, and ${own} by the roll-up`)
  }
  console.log(`  both agree on ${Object.keys(CHECKS).join(', ')}`)
  const ratio = median(ours.map((ms, round) => ms / hand[round]))
  goal('full roll-up, at most 1.5 × by hand', ratio <= 1.5, `${ratio.toFixed(2)} ×`)
}

/** A day's facts have come; what is stored anew is what they change. */
async function oneNewDay() {
  const service = forge.get(Analytics)
  await service.catchUp()
  const all = []
  for (let round = 0; round < ROUNDS; round++) {
    await client.query(
      "UPDATE analytics_progress SET progress = progress || jsonb_build_object('settledAt', date_trunc('day', now(), 'UTC'))",
    )
    all.push(await timed(() => service.catchUp()))
  }
  const ms = median(all)
  console.log(`\none new day, ${ROUNDS} rounds`)
  goal('one new day, under a second', ms < 1000, `${ms.toFixed(0)} ms`)
}

/** What the dashboard asks, of a month and of a year. */
async function dashboard() {
  const service = forge.get(Analytics)
  const month = { from: dayBefore(29), to: last }
  const year = { from: first, to: last }
  const questions = {
    'summary of 30 days': () => service.summary(month),
    'metrics of 30 days': () => service.metrics(month),
    'active users of 365 days': () =>
      service.metrics({ ...year, names: ['dau', 'wau', 'mau'], totalsOnly: true }),
    'MRR of 30 days': () => service.mrrByDay(month),
    'MRR of 365 days': () => service.mrrByDay(year),
    'MRR of 12 months': () => service.mrrByMonth(year),
    'customers of 12 months': () => service.customersByMonth(year),
    'converted MRR of 365 days': () => service.convertedMrr(year),
    'retention of all cohorts': () => service.retention(),
    'first page of the ledger of 365 days': () => service.movements({ ...year, limit: 100 }),
    'newest page of the ledger of 365 days': () =>
      service.movements({ ...year, limit: 100, order: 'newest' }),
    '1,000 of the ledger of 30 days': () => service.movements(month),
    'summary of 365 days': () => service.summary(year),
  }
  await forge.get(Database).query('ANALYZE')
  console.log('\nquestions of the dashboard')
  for (const [name, ask] of Object.entries(questions)) {
    await ask()
    const all = []
    for (let round = 0; round < 11; round++) all.push(await timed(ask))
    goal(`${name}, under 50 ms`, median(all) < 50, `${median(all).toFixed(1)} ms`)
  }
}
