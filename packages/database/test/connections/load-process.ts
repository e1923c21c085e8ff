// A process of its own that works on a database all the time, whatever becomes of its server.
import { setTimeout as delay } from 'node:timers/promises'
import { createForge, createLogger, definePlugin, ForgeError } from '@titanforge/core'
import { Database, database, defineModel } from '../../src/index.js'

export interface LoadReport {
  /** Numbers that were committed, as far as this process knows. */
  committed: number[]
  /** Numbers whose commit was not answered. */
  unknown: number[]
  /** How often each error came, by its code; what is none of ours is written out. */
  errors: Record<string, number>
  /** What should never have happened in a process. */
  strays: string[]
}

const Entry = defineModel<{ id: number }>({
  name: 'Entry',
  table: 'entries',
  attributes: (types) => ({ id: { type: types.INTEGER, primaryKey: true } }),
})

const report: LoadReport = { committed: [], unknown: [], errors: {}, strays: [] }
process.on('unhandledRejection', (reason) => report.strays.push(`rejection: ${String(reason)}`))
process.on('uncaughtException', (error) => report.strays.push(`exception: ${String(error)}`))

const entries = definePlugin({ name: 'entries', models: [Entry], setup: () => ({}) })
const forge = createForge({
  plugins: [
    database({ url: process.argv[2], poolSize: 4, connectSeconds: 2, acquireSeconds: 2 }),
    entries(),
  ],
  log: createLogger({ level: 'silent' }),
})
await forge.start()
const db = forge.get(Database)
let next = 0
let running = true

const works = [
  async (id: number) => {
    await db.transaction(
      async (tx) => void (await tx.query('INSERT INTO entries VALUES ($1)', [id])),
    )
  },
  async (id: number) => {
    await db.query('INSERT INTO entries VALUES ($1)', [id])
  },
  async (id: number) => {
    await db.transaction(async (tx) => {
      await db.model(Entry).create({ id }, { transaction: tx.sequelize })
    })
  },
  async (id: number) => {
    await db.model(Entry).count()
    await db.readOnly((tx) => tx.query('SELECT count(*) FROM entries'))
    await db.transaction(
      async (tx) => void (await tx.query('INSERT INTO entries VALUES ($1)', [id])),
    )
  },
]

async function worker(work: (id: number) => Promise<void>, single: boolean): Promise<void> {
  while (running) {
    const id = next++
    try {
      await work(id)
      report.committed.push(id)
    } catch (error) {
      const code = error instanceof ForgeError ? `${error.status} ${error.code}` : String(error)
      report.errors[code] = (report.errors[code] ?? 0) + 1
      // A single statement commits with itself: lost, it may have committed.
      if (single || code.endsWith('COMMIT_UNKNOWN')) report.unknown.push(id)
      await delay(20)
    }
  }
}

const workers = works.flatMap((work, index) => [
  worker(work, index === 1),
  worker(work, index === 1),
])
process.on('message', (message) => {
  if (message === 'count') process.send?.(report.committed.length)
  else
    void (async () => {
      running = false
      await Promise.all(workers)
      await forge.stop()
      process.send?.(report)
      process.disconnect()
    })()
})
process.send?.('working')
