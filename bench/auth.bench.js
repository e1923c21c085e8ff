import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import { median, quantile } from './compare.js'
import { goal } from './goal.js'
import { peer } from './peers.js'

const PASSWORD = 'correct horse battery staple'
const COST = 12
const CONCURRENT = 10
const HASHES = 20
const HASH_ROUNDS = 3
const CONNECTIONS = 50
const SECONDS = 2
const GUARD_ROUNDS = 7
const LOG_INS = 200

// The copy that auth itself stands on.
const bcrypt = createRequire(import.meta.resolve('@titanforge/auth'))('bcrypt')

/** Compares passwords, ten at a time, while a timer watches the event loop. */
async function logIns({ compare }, hash) {
  const held = monitorEventLoopDelay({ resolution: 1 })
  held.enable()
  const begin = performance.now()
  let left = HASHES
  await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      while (left-- > 0) if (!(await compare(PASSWORD, hash))) throw new Error('a wrong answer')
    }),
  )
  held.disable()
  return {
    perSecond: (HASHES / (performance.now() - begin)) * 1000,
    p99: held.percentile(99) / 1e6,
  }
}

async function compareHashers() {
  const bcryptjs = await peer('bcryptjs')
  const contestants = [
    { name: 'bcrypt, native', compare: bcrypt.compare },
    ...(bcryptjs ? [{ name: 'bcryptjs', compare: bcryptjs.default.compare }] : []),
  ]
  const hash = await bcrypt.hash(PASSWORD, COST)
  const results = contestants.map(() => [])
  for (let round = 0; round < HASH_ROUNDS; round++) {
    for (const [index, contestant] of contestants.entries()) {
      results[index].push(await logIns(contestant, hash))
    }
  }
  console.log(`\npasswords of cost ${COST}, ${CONCURRENT} at a time`)
  for (const [index, { name }] of contestants.entries()) {
    const of = (key) => median(results[index].map((result) => result[key]))
    const [rate, p99] = [of('perSecond').toFixed(1), of('p99').toFixed(0)]
    console.log(`  ${name.padEnd(28)} ${rate.padStart(6)}/s  event loop held up, p99 ${p99} ms`)
  }
}

/** Asks one path on many connections for a while: the smallest client there is, so that the server is the limit. */
async function load(url, path, token) {
  const { hostname, port } = new URL(url)
  const authorization = token ? `Authorization: Bearer ${token}\r\n` : ''
  const request = `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n${authorization}\r\n`
  const end = performance.now() + SECONDS * 1000
  let answered = 0
  const one = async () => {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    while (performance.now() < end) {
      socket.write(request)
      let text = ''
      // The answer is small and ends with the body's last brace.
      while (!text.endsWith('}')) text += (await once(socket, 'data'))[0]
      if (!text.startsWith('HTTP/1.1 200')) throw new Error(text)
      answered++
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  return answered
}

/** A process with the server of auth-server.js, with the memory that `npm start` gives it. */
async function startServer() {
  const execArgv = ['--min-semi-space-size=16']
  const server = fork(fileURLToPath(new URL('./auth-server.js', import.meta.url)), { execArgv })
  const [{ url, token, account }] = await once(server, 'message')
  const tell = async (message) => {
    server.send(message)
    return (await once(server, 'message'))[0]
  }
  const stop = async () => {
    server.send('stop')
    await once(server, 'exit')
  }
  return { url, token, account, tell, stop }
}

async function compareGuard({ url, token, tell }) {
  const contestants = [
    { name: 'trivial route, guard off', path: '/open' },
    { name: 'trivial route, guard on', path: '/guarded', token },
  ]
  for (const { path, token } of contestants) await load(url, path, token)
  const results = contestants.map(() => [])
  for (let round = 0; round < GUARD_ROUNDS; round++) {
    for (const [index, { path, token }] of contestants.entries()) {
      const before = await tell('cpu')
      const answered = await load(url, path, token)
      const cpu = (await tell('cpu')) - before
      results[index].push({ perSecond: answered / SECONDS, micros: cpu / answered })
    }
  }
  const ratio = (key) => median(results[1].map((one, round) => one[key] / results[0][round][key]))
  console.log(`\nrequests on ${CONNECTIONS} connections, one process, PostgreSQL beside it`)
  for (const [index, { name }] of contestants.entries()) {
    const of = (key) => Math.round(median(results[index].map((one) => one[key])))
    console.log(`  ${name.padEnd(28)} ${of('perSecond')}/s  ${of('micros')} µs of CPU a request`)
  }
  console.log(`  ratio of requests a second   ${ratio('perSecond').toFixed(2)}`)
  const micros = ratio('micros')
  goal('CPU of a guarded request at most 1.15 × an open one', micros <= 1.15, micros.toFixed(2))
}

/** Many who log in at once, while somebody asks the same process how it is. */
async function crowd({ url, account, tell }) {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  }
  await tell('watch')
  const begin = performance.now()
  let waiting = LOG_INS
  const logIn = async () => {
    const response = await fetch(`${url}/api/auth/login`, request)
    await response.arrayBuffer()
    waiting--
    return response.status
  }
  const logIns = Promise.all(Array.from({ length: LOG_INS }, logIn))
  const asked = []
  while (waiting > 0) {
    const at = performance.now()
    const response = await fetch(`${url}/healthz`)
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`/healthz answered ${response.status}`)
    asked.push(performance.now() - at)
    await delay(20)
  }
  const statuses = await logIns
  const seconds = (performance.now() - begin) / 1000
  const { p99, max } = await tell('watched')
  const count = (status) => statuses.filter((one) => one === status).length
  console.log(`\n${LOG_INS} log-ins at once, passwords of cost ${COST}`)
  console.log(
    `  ${count(200)} logged in and ${count(503)} asked to come again, in ${seconds.toFixed(1)} s`,
  )
  console.log(`  /healthz asked ${asked.length} times, p99 ${quantile(asked, 0.99).toFixed(0)} ms`)
  goal(
    'the event loop held up for at most 100 ms, p99',
    p99 <= 100,
    `${p99.toFixed(0)} ms, at most ${max.toFixed(0)} ms`,
  )
  goal(
    'every log-in got one of these answers',
    count(200) + count(503) === LOG_INS,
    statuses.length,
  )
}

await compareHashers()
const server = await startServer()
await compareGuard(server)
await crowd(server)
await server.stop()
