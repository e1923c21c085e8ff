import type { Logger } from '@titanforge/core'
import type { PgBoss } from 'pg-boss'

/**
 * Starts pg-boss on connections of its own.
 *
 * @param superviseSeconds how often claims that ran out are looked for.
 */
export async function startBoss(
  url: string,
  superviseSeconds: number,
  log: Logger,
): Promise<PgBoss> {
  const pgBoss = await import('pg-boss')
  const boss = new pgBoss.PgBoss({
    connectionString: url,
    application_name: 'titanforge-events',
    max: 4,
    useListenNotify: true,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  })
  // Without a listener an 'error' event would end the process; pg-boss goes on by itself.
  boss.on('error', (error) => log.error({ err: error }, 'the event engine met an error'))
  boss.on('warning', ({ message, data }) => log.warn({ data }, message))
  return boss.start()
}
