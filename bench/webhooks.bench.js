import { Buffer } from 'node:buffer'
import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { startProcess, waitFor } from '@titanforge/core/testing'
import { testDatabase } from '@titanforge/database/testing'
import pg from 'pg'
import { median } from './compare.js'
import { goal } from './goal.js'

// Webhooks accepted a second, by the real server with everything on and by the least that an endpoint must
// do, in turns. Then a burst: nothing may be lost, everything has to be applied, in bounded memory.
const CONNECTIONS = 50
const EACH_ROUND = 1500
const ROUNDS = 7
const BURST = 5000
const SECRET = 'whsec_of_the_benchmark'
const LARGEST_MIB = 512

const program = (path) => fileURLToPath(new URL(path, import.meta.url))

/** A signed delivery of an event that nobody has seen. */
function delivery() {
  const id = randomUUID()
  const lines = Array.from({ length: 3 }, (_, n) => ({
    ...{ id: `il_${n}`, object: 'line_item', amount: 4900, currency: 'usd', quantity: 1 },
    description: `Pro plan, one month, seat ${n}`,
    period: { start: 1_757_000_000, end: 1_760_000_000 },
  }))
  const invoice = {
    ...{
      id: `in_${id}`,
      object: 'invoice',
      customer: `cus_${id}`,
      status: 'paid',
      currency: 'usd',
    },
    ...{ amount_due: 4900, amount_paid: 4900, amount_remaining: 0, livemode: false },
    ...{ created: 1_760_000_000, billing_reason: 'subscription_cycle', parent: null },
    status_transitions: { paid_at: 1_760_000_000 },
    lines: { object: 'list', has_more: false, data: lines },
  }
  const event = {
    ...{ id: `evt_${id}`, object: 'event', type: 'invoice.paid', api_version: '2026-10-28.endive' },
    ...{ created: 1_760_000_000, livemode: false, pending_webhooks: 1, data: { object: invoice } },
  }
  const body = JSON.stringify(event)
  const time = Math.floor(Date.now() / 1000)
  const v1 = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'stripe-signature': `t=${time},v1=${v1}`,
  }
  return { body, headers }
}

/** Posts one and resolves with how long that took, in milliseconds. */
function post(url, agent, { body, headers }) {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const sent = request(`${url}/webhooks/stripe`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began)
        else reject(new Error(`a delivery was answered ${answer.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function deliver(url, deliveries, connections = CONNECTIONS) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const waiting = [...deliveries]
  const times = []
  const began = performance.now()
  const client = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      times.push(await post(url, agent, next))
  }
  await Promise.all(Array.from({ length: connections }, client))
  const seconds = (performance.now() - began) / 1000
  agent.destroy()
  times.sort((a, b) => a - b)
  return { rate: deliveries.length / seconds, p99: times[Math.floor(times.length * 0.99)] }
}

const database = await testDatabase()
const env = {
  ...{ DATABASE_URL: database.url, SECRET, PORT: '0', NODE_ENV: undefined },
  ...{
    STRIPE_WEBHOOK_SECRET: SECRET,
    STRIPE_SECRET_KEY: undefined,
    STRIPE_SANDBOX: 'off',
    SMTP_URL: undefined,
  },
}
const start = (path, more = {}, ...args) =>
  startProcess(program(path), { args, env: { ...env, ...more }, ready: /runs at (\S+)/ })
const SERVER = '../examples/server/dist/src/main.js'
const floor = await start('./webhooks-floor.js')
const ours = await start(SERVER)
// Accepts only: nobody handles what is in its database.
const elsewhere = await testDatabase()
const web = await start(SERVER, { DATABASE_URL: elsewhere.url }, 'web')
const db = new pg.Client(database.url)
await db.connect()
const count = async (sql) => (await db.query(sql)).rows[0].count
const applied = () =>
  waitFor(async () => (await count('SELECT count(*)::int AS count FROM event_deliveries')) === 0, {
    what: 'every event to be applied',
    timeoutMs: 300_000,
  })
const mebibytes = async () => {
  const status = await readFile(`/proc/${ours.pid}/status`, 'utf8').catch(() => '')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

try {
  const contestants = [
    { name: 'Koa, one row', url: floor.match[1], rounds: [] },
    { name: 'server, everything on', url: ours.match[1], rounds: [] },
    { name: 'its web role alone', url: web.match[1], rounds: [] },
  ]
  const batch = (n) => Array.from({ length: n }, delivery)
  for (const { url } of contestants) await deliver(url, batch(EACH_ROUND))
  for (let round = 0; round < ROUNDS; round++) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      await applied()
      contestant.rounds.push(await deliver(contestant.url, batch(EACH_ROUND)))
    }
  }
  console.log(`\nwebhooks over ${CONNECTIONS} connections: ratio to ${contestants[0].name}`)
  const floors = contestants[0].rounds
  const against = ({ rounds }, read) => median(rounds.map((one, n) => read(one) / read(floors[n])))
  const rate = (one) => one.rate
  const p99 = (one) => one.p99
  for (const contestant of contestants) {
    const middle = (read) => Math.round(median(contestant.rounds.map(read))).toLocaleString('en-US')
    console.log(
      `  ${contestant.name.padEnd(24)} ${against(contestant, rate).toFixed(2)} rate, ${against(contestant, p99).toFixed(2)} p99` +
        `  (${middle(rate)}/s, p99 ${middle(p99)} ms)`,
    )
  }
  const [, everything, webAlone] = contestants
  const most = (read, contestant) => against(contestant, read).toFixed(2)
  goal(
    'accepted, of the floor, while as many are applied, 0.8',
    against(everything, rate) >= 0.8,
    most(rate, everything),
  )
  goal('p99, of the floor, below 2', against(everything, p99) < 2, most(p99, everything))
  goal(
    'accepted, of the floor, by a process that only accepts, above 1',
    against(webAlone, rate) > 1,
    most(rate, webAlone),
  )

  await applied()
  const invoices = 'SELECT count(*)::int AS count FROM invoices'
  const before = await count(invoices)
  const began = performance.now()
  await deliver(ours.match[1], batch(BURST), 500)
  const accepted = (performance.now() - began) / 1000
  await applied()
  const seconds = (performance.now() - began) / 1000
  const arrived = (await count(invoices)) - before
  const largest = await mebibytes()
  console.log(`\na burst of ${BURST} over 500 connections`)
  console.log(`  accepted in ${accepted.toFixed(1)} s, applied in ${seconds.toFixed(1)} s`)
  goal('lost, 0', arrived === BURST, BURST - arrived)
  goal(
    `memory of the server at most, ${LARGEST_MIB} MiB`,
    largest <= LARGEST_MIB,
    Math.round(largest),
  )
} finally {
  await db.end()
  await floor.end('SIGTERM')
  await ours.end('SIGTERM')
  await web.end('SIGTERM')
  await database.drop()
  await elsewhere.drop()
}
