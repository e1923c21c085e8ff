import { fileURLToPath } from 'node:url'
import { createForge } from '@titanforge/core'
import { captureLog, startProcess } from '@titanforge/core/testing'
import { Database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import test, { type ExecutionContext } from 'ava'
import { openDiscord } from './discord-stand-in.js'
import { post } from './post.js'
import { postingPlugins, type Way } from './posting-plugins.js'

const PROGRAM = fileURLToPath(new URL('./poster-process.js', import.meta.url))
const TITLES = ['first', 'second', 'third']
const never = new Promise<void>(() => undefined)

/** A process that posts, and what there is to kill it at the second of three messages. */
async function setUp(t: ExecutionContext, way: Way) {
  const [standIn, { url, drop }] = await Promise.all([openDiscord(t), testDatabase()])
  const publisher = createForge({
    log: captureLog().log,
    plugins: postingPlugins(url, way, standIn.port, false),
  })
  await publisher.start()
  const start = () =>
    startProcess(PROGRAM, { args: [url, way, String(standIn.port)], ready: /the poster is up/ })
  let poster = await start()
  t.teardown(async () => {
    await poster.end('SIGTERM')
    await publisher.stop()
    await drop()
  })
  const db = publisher.get(Database)
  const isOver = async () => (await db.query('SELECT 1 FROM event_deliveries')).length === 0
  return {
    standIn,
    db,
    publish: () => post(publisher, ...TITLES.map((title) => ({ title }))),
    kill: async () => t.is(await poster.end('SIGKILL'), 'SIGKILL'),
    /** Another process takes the work up, and ends it. */
    async resume() {
      standIn.beforeTaking = standIn.beforeAnswering = undefined
      poster = await start()
      await waitFor(isOver, { what: 'the messages to be posted', timeoutMs: 60_000 })
      return standIn.titles
    },
  }
}

// A webhook knows no nonce, so Discord cannot recognise the message that comes again.
const seen = { webhook: ['first', 'second', 'second', 'third'], bot: TITLES }

for (const [when, asking] of [
  ['before Discord has the message', 'second'],
  // The order asks for the third only once the second is written down.
  ['after it wrote that down', 'third'],
] as const)
  test.serial(`killed ${when}, the message is posted once`, async (t) => {
    t.timeout(120_000)
    const { standIn, publish, kill, resume } = await setUp(t, 'webhook')
    const asked = Promise.withResolvers<void>()
    standIn.beforeTaking = (title) => {
      if (title !== asking) return undefined
      asked.resolve()
      return never
    }
    await publish()
    await asked.promise
    await kill()
    t.deepEqual(await resume(), TITLES)
  })

for (const way of ['webhook', 'bot'] as const) {
  test.serial(
    `${way}: killed before it hears that Discord has the message, it may come twice and not more`,
    async (t) => {
      t.timeout(120_000)
      const { standIn, publish, kill, resume } = await setUp(t, way)
      const taken = Promise.withResolvers<void>()
      standIn.beforeAnswering = (title) => {
        if (title !== 'second') return undefined
        taken.resolve()
        return never
      }
      await publish()
      await taken.promise
      await kill()
      t.deepEqual(await resume(), seen[way])
    },
  )

  test.serial(
    `${way}: killed before it writes down that the message is posted, it may come twice and not more`,
    async (t) => {
      t.timeout(120_000)
      const { standIn, db, publish, kill, resume } = await setUp(t, way)
      const taken = Promise.withResolvers<void>()
      const held = Promise.withResolvers<void>()
      standIn.beforeAnswering = (title) => {
        if (title !== 'second') return undefined
        taken.resolve()
        return held.promise
      }
      await publish()
      await taken.promise
      await db.transaction(async (tx) => {
        // The delivery's end waits for this lock, so the process dies between the answer and the commit.
        await tx.query("SELECT 1 FROM event_deliveries WHERE consumer = 'discord.post' FOR UPDATE")
        held.resolve()
        const waits = async () => {
          const [row] = await db.query<{ waiting: number }>(
            `SELECT count(*)::int AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
          return (row?.waiting ?? 0) > 0
        }
        await waitFor(waits, { what: 'the process to write', timeoutMs: 30_000 })
        await kill()
      })
      t.deepEqual(await resume(), seen[way])
    },
  )
}
