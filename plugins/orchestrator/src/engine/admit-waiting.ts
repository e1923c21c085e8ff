import { setTimeout as delay } from 'node:timers/promises'
import type { Publish } from '../journal/open-run.js'
import { lockCustomer } from '../journal/read.js'
import { admit } from './admit.js'
import type { Engine } from './engine.js'

const PAUSE_MS = 5_000

/**
 * Lets runs begin for which there is room that nobody has told of: a limit can rise by the clock alone, as
 * where an override ends that had lowered it.
 *
 * @returns what ends it.
 */
export function keepAdmitting(engine: Engine): () => Promise<void> {
  const end = new AbortController()
  const goOn = async () => {
    while (await pause(end.signal)) {
      try {
        await admitWaiting(engine, end.signal)
      } catch (error) {
        engine.log.warn({ err: error }, 'runs that wait could not be let in; trying again')
      }
    }
  }
  const over = goOn()
  return () => {
    end.abort()
    return over
  }
}

/** False where it was cut short. */
const pause = (signal: AbortSignal): Promise<boolean> =>
  delay(PAUSE_MS, undefined, { signal, ref: false }).then(
    () => true,
    () => false,
  )

async function admitWaiting(engine: Engine, signal: AbortSignal): Promise<void> {
  const { db, bus } = engine
  const customers = await db.query<{ user_id: string; at_work: number }>(
    `SELECT user_id, count(*) FILTER (WHERE status <> 'queued')::int AS at_work FROM workflow_runs
     WHERE status IN ('queued', 'running', 'compensating') AND user_id IS NOT NULL
     GROUP BY user_id HAVING count(*) FILTER (WHERE status = 'queued') > 0`,
  )
  for (const { user_id: userId, at_work: atWork } of customers) {
    if (signal.aborted) return
    const limit = await engine.limitOf(userId)
    if (atWork >= limit) continue
    await db.transaction(async (tx) => {
      const publish: Publish = (type, payload, options) => bus.publish(tx, type, payload, options)
      const customer = { runId: null, userId }
      await lockCustomer(tx, customer)
      await admit(tx, publish, customer, limit)
    })
  }
}
