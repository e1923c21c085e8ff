import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { startProcess, waitFor } from '@titanforge/core/testing'
import { testDatabase } from '@titanforge/database/testing'
import pg from 'pg'
import { median } from './compare.js'
import { goal } from './goal.js'
import { deliver } from './webhooks/deliver.js'
import { delivery, SECRET } from './webhooks/delivery.js'
import { processorTime } from './webhooks/processor-time.js'

// Webhooks accepted a second, by the real server with everything on and by the least that an endpoint must
// do, in turns. Then a burst: nothing may be lost, everything has to be applied, in bounded memory.
const CONNECTIONS = 50
const EACH_ROUND = 1500
const ROUNDS = 11
const BURST = 5000
const LARGEST_MIB = 512
// What `npm start` gives to Node.js; the floor is given it too.
const NODE_FLAG = '--min-semi-space-size=16'

const program = (path) => fileURLToPath(new URL(path, import.meta.url))

const database = await testDatabase()
const env = {
  ...{ SECRET, PORT: '0', NODE_ENV: undefined },
  ...{
    STRIPE_WEBHOOK_SECRET: SECRET,
    STRIPE_SECRET_KEY: undefined,
    STRIPE_SANDBOX: 'off',
    SMTP_URL: undefined,
  },
}
const start = (path, { url }, ...args) =>
  startProcess(NODE_FLAG, {
    args: [program(path), ...args],
    env: { ...env, DATABASE_URL: url },
    ready: /runs at (\S+)/,
  })
const SERVER = '../examples/server/dist/src/main.js'
// Each has a database of its own, so that none works on the tables of another.
const databases = [database, await testDatabase(), await testDatabase()]
const ours = await start(SERVER, databases[0])
const floor = await start('./webhooks/floor.js', databases[1])
// Accepts only: nobody handles what is in its database.
const web = await start(SERVER, databases[2], 'web')
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
    { name: 'Koa, one row', process: floor, rounds: [] },
    { name: 'server, everything on', process: ours, rounds: [] },
    { name: 'its web role alone', process: web, rounds: [] },
  ]
  const batch = (n) => Array.from({ length: n }, delivery)
  const round = async ({ process: { match, pid } }) => {
    const deliveries = batch(EACH_ROUND)
    const before = await processorTime(pid)
    const result = await deliver(match[1], deliveries, CONNECTIONS)
    return { ...result, processorMs: ((await processorTime(pid)) - before) / EACH_ROUND }
  }
  for (const contestant of contestants) await round(contestant)
  // What all are compared with comes between the others, so that each has its turn next to it.
  const [first, second, third] = contestants
  const turns = [second, first, third]
  for (let n = 0; n < ROUNDS; n++) {
    for (const contestant of n % 2 === 0 ? turns : turns.toReversed()) {
      await applied()
      contestant.rounds.push(await round(contestant))
    }
  }
  console.log(`\nwebhooks over ${CONNECTIONS} connections: ratio to ${contestants[0].name}`)
  const floors = contestants[0].rounds
  const against = ({ rounds }, read) => median(rounds.map((one, n) => read(one) / read(floors[n])))
  const rate = (one) => one.rate
  const p99 = (one) => one.p99
  const processorMs = (one) => one.processorMs
  for (const contestant of contestants) {
    const middle = (read) => median(contestant.rounds.map(read))
    const whole = (read) => Math.round(middle(read)).toLocaleString('en-US')
    console.log(
      `  ${contestant.name.padEnd(24)} ${against(contestant, rate).toFixed(2)} rate, ${against(contestant, p99).toFixed(2)} p99` +
        `  (${whole(rate)}/s, p99 ${whole(p99)} ms, ${middle(processorMs).toFixed(3)} ms of its process each)`,
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
  for (const one of databases) await one.drop()
}
