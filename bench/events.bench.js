import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { testDatabase } from '@titanforge/database/testing'
import { inTurns, pairedRatio, quantile, report } from './compare.js'
import { bareNotify } from './events/bare-notify.js'
import { floor } from './events/floor.js'
import { graphileWorker } from './events/graphile-worker.js'
import { makePayload, makePayloads } from './events/payload.js'
import { pgBoss } from './events/pg-boss.js'
import { openSink } from './events/sink.js'
import { titanforge } from './events/titanforge.js'
import { goal } from './goal.js'
import { peer } from './peers.js'

const BATCH = 1_000
const END_TO_END = 10_000
const SAMPLES = 200
const BACKLOGS = [BATCH, 100_000, 200_000]

const boss = await peer('pg-boss')
const graphile = await peer('graphile-worker')

/** Opens contestants, each on a database of its own on the same server. */
async function openAll(kinds) {
  const opened = []
  for (const { open, options } of kinds) {
    const { url, drop } = await testDatabase()
    const sink = await openSink(url)
    const entry = { url, sink, published: 0, done: () => undefined }
    const contestant = await open(url, { ...options, done: (id) => entry.done(id) })
    const close = async () => {
      await contestant.close()
      await sink.close()
      await drop()
    }
    opened.push(Object.assign(entry, { ...contestant, close }))
  }
  return opened
}

const peers = (options, bossOptions = {}) => [
  ...(boss
    ? [{ open: (...args) => pgBoss(boss, ...args), options: { ...options, ...bossOptions } }]
    : []),
  ...(graphile ? [{ open: (...args) => graphileWorker(graphile, ...args), options }] : []),
]

const named = (results, name) => results.find((result) => result.name === name)

async function publishing() {
  const nobody = { consume: false }
  const contestants = await openAll([
    ...(boss ? [{ open: (...args) => pgBoss(boss, ...args), options: { notify: false } }] : []),
    { open: titanforge, options: nobody },
    ...peers(nobody),
    { open: floor, options: nobody },
  ])
  const singly = await report(
    'publish one at a time, each in a transaction',
    contestants.map(({ name, publish }) => ({
      name,
      async run(n) {
        for (let i = 0; i < n; i++) await publish(makePayload())
      },
    })),
    { targetMs: 400 },
  )
  const batches = await report(
    `publish in batches of ${BATCH}, each in a transaction (batches)`,
    contestants.map(({ name, publishAll }) => ({
      name,
      async run(n) {
        for (let i = 0; i < n; i++) await publishAll(makePayloads(BATCH))
      },
    })),
    { rounds: 11, n: 3 },
  )
  for (const contestant of contestants) await contestant.close()
  const [first] = singly
  if (!boss) return
  const ratio = named(singly, 'titanforge').ratio
  goal(`publish one at a time at least 0.9 of ${first.name}`, ratio >= 0.9, ratio.toFixed(2))
  const inBatches = named(batches, 'titanforge').ratio
  console.log(`  (in batches: ${inBatches.toFixed(2)})`)
}

/** Resolves when so many handlers have ended and their rows are committed. */
async function publishAndAwait(contestant, count) {
  const handled = new Promise((resolve) => {
    let left = count
    contestant.done = () => --left === 0 && resolve()
  })
  for (let i = 0; i < count; i += BATCH) await contestant.publishAll(makePayloads(BATCH))
  contestant.published += count
  await handled
  await contestant.sink.reaches(contestant.published)
}

async function endToEnd() {
  const options = { consume: 'batches' }
  const contestants = await openAll([
    { open: floor, options },
    { open: titanforge, options },
    ...peers(options),
  ])
  const results = await report(
    `end to end, ${END_TO_END} events in batches of ${BATCH}`,
    contestants.map((contestant) => ({
      name: contestant.name,
      run: (n) => publishAndAwait(contestant, n),
    })),
    { rounds: 7, n: END_TO_END },
  )
  await closeChecked(contestants)
  const ours = named(results, 'titanforge')
  goal('end to end at least 0.7 of the floor', ours.ratio >= 0.7, ours.ratio.toFixed(2))
  for (const { name, rates } of results.slice(2)) {
    const ratio = pairedRatio(ours.rates, rates)
    goal(`end to end faster than ${name}`, ratio > 1, ratio.toFixed(2))
  }
}

async function closeChecked(contestants) {
  for (const { name, sink, published, close } of contestants) {
    await sink.check(published).finally(close)
    console.log(`  ${name}: ${published} events published, each applied once`)
  }
}

async function latency() {
  const options = { consume: 'singly' }
  const contestants = await openAll([
    { open: bareNotify, options },
    { open: floor, options },
    { open: titanforge, options },
    ...peers(options),
  ])
  const times = new Map(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < SAMPLES + 10; round++) {
    for (const contestant of inTurns(contestants, round)) {
      // By chance, or pollers would always be met at the same point.
      await delay(5 + Math.random() * 60)
      const payload = makePayload()
      const began = performance.now()
      const handled = new Promise((resolve) => {
        contestant.done = (id) => id === payload.id && resolve(performance.now() - began)
      })
      await contestant.publish(payload)
      contestant.published++
      const ms = await handled
      // The first rounds warm up.
      if (round >= 10) times.get(contestant.name).push(ms)
    }
  }
  console.log(`\nidle latency, publish called → row committed, ${SAMPLES} each: p50 and p99 in ms`)
  const rows = [...times].map(([name, ms]) => ({
    name,
    p50: quantile(ms, 0.5),
    p99: quantile(ms, 0.99),
  }))
  const [reference] = rows
  for (const { name, p50, p99 } of rows) {
    const figures = [p50, p99].map((ms) => ms.toFixed(2).padStart(9)).join('')
    const ratios = `${(p50 / reference.p50).toFixed(2)} and ${(p99 / reference.p99).toFixed(2)}`
    console.log(`  ${name.padEnd(28)}${figures}   ${ratios} × ${reference.name}`)
  }
  await closeChecked(contestants)
  const ratio = named(rows, 'titanforge').p50 / reference.p50
  goal(`idle p50 at most 2 × ${reference.name}`, ratio <= 2, ratio.toFixed(2))
}

/** What a process of its own holds at most, and what it takes, in MiB, while it works a backlog off. */
async function memoryOfBacklog(count) {
  const { url, drop } = await testDatabase()
  const sink = await openSink(url)
  const publisher = await titanforge(url, { consume: false })
  for (let i = 0; i < count; i += BATCH) await publisher.publishAll(makePayloads(BATCH))
  await publisher.close()
  const file = fileURLToPath(new URL('events/backlog.js', import.meta.url))
  const args = ['--expose-gc', file, url, String(count)]
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8' })
  await sink.check(count)
  await sink.close()
  await drop()
  return JSON.parse(printed)
}

async function memory() {
  console.log('\nmemory of a process that works a backlog off')
  const held = []
  for (const count of BACKLOGS) {
    const memory = await memoryOfBacklog(count)
    held.push(memory.held)
    const figures = `${memory.held.toFixed(1)} MiB held, ${memory.peak.toFixed(0)} MiB taken`
    console.log(`  ${`${count} events`.padEnd(28)} ${figures}`)
  }
  // What is taken grows until V8 finds it worth collecting; what is held would grow with a leak.
  const [few, , many] = held
  const ratio = many / few
  goal('two hundred times the backlog at most 1.15 × held', ratio <= 1.15, ratio.toFixed(2))
}

const parts = { publishing, endToEnd, latency, memory }
const chosen = process.argv.slice(2)
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) await part()
}
