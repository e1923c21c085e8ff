import { openPool } from './pool.js'
import { INSERT } from './sink.js'

const QUEUE = 'events'

/**
 * pg-boss as its documentation has it, published to in the caller's transaction.
 *
 * @param consume `batches`: four transactional workers of 500, so that the rows of a batch share a commit
 * with its completion; `singly`: rows written at once, each in its own commit, which is sooner by a commit.
 * @param notify whether `send` also notifies, which workers need in order to start at once.
 */
export async function pgBoss({ PgBoss }, url, { consume, done, notify = true }) {
  const { pool, transaction } = openPool(url)
  const boss = new PgBoss({
    connectionString: url,
    max: 10,
    schedule: false,
    useListenNotify: Boolean(consume),
  })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(QUEUE, { notify })
  const work = { batchSize: 500, localConcurrency: 4, burstWhenBatchFull: true }
  if (consume === 'batches') {
    await boss.work(QUEUE, { ...work, transactional: true }, async (jobs, tx) => {
      for (const { data } of jobs) await tx.executeSql(INSERT, [data.id, data])
      for (const { data } of jobs) done(data.id)
    })
  }
  if (consume === 'singly') {
    await boss.work(QUEUE, work, async (jobs) => {
      for (const { data } of jobs) {
        await pool.query({ name: 'sink', text: INSERT, values: [data.id, data] })
        done(data.id)
      }
    })
  }
  const within = (client) => ({
    db: { executeSql: (text, values) => client.query(text, values) },
  })
  return {
    name: notify ? 'pg-boss' : 'pg-boss without notify',
    publish: (payload) => transaction((client) => boss.send(QUEUE, payload, within(client))),
    publishAll: (payloads) =>
      transaction((client) =>
        boss.insert(
          QUEUE,
          payloads.map((data) => ({ data })),
          within(client),
        ),
      ),
    async close() {
      await boss.stop({ graceful: false })
      await pool.end()
    },
  }
}
