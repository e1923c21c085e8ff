import { openPool } from './pool.js'
import { INSERT } from './sink.js'

const TASK = 'events'
const ADD_ALL = `SELECT count(*) FROM graphile_worker.add_jobs((
  SELECT array_agg(spec) FROM json_populate_recordset(null::graphile_worker.job_spec, $1) AS spec
))`

/** graphile-worker with jobs fetched and completed in batches; each handler has a commit of its own. */
export async function graphileWorker({ run, runMigrations, Logger }, url, { consume, done }) {
  const { pool, transaction } = openPool(url, 30)
  const logger = new Logger(() => () => undefined)
  await runMigrations({ pgPool: pool, logger })
  const runner = consume
    ? await run({
        pgPool: pool,
        concurrency: 24,
        noHandleSignals: true,
        preset: { worker: { logger, localQueue: { size: 500 }, completeJobBatchDelay: 0 } },
        taskList: {
          async [TASK](payload) {
            await pool.query({ name: 'sink', text: INSERT, values: [payload.id, payload] })
            done(payload.id)
          },
        },
      })
    : undefined
  return {
    name: 'graphile-worker',
    publish: (payload) =>
      transaction((client) =>
        client.query({
          name: 'add',
          text: 'SELECT graphile_worker.add_job($1, $2)',
          values: [TASK, payload],
        }),
      ),
    publishAll: (payloads) =>
      transaction((client) =>
        client.query({
          name: 'add all',
          text: ADD_ALL,
          values: [JSON.stringify(payloads.map((payload) => ({ identifier: TASK, payload })))],
        }),
      ),
    async close() {
      await runner?.stop()
      await pool.end()
    },
  }
}
