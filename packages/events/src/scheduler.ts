import type { Logger } from '@titanforge/core'
import type { PgBoss } from 'pg-boss'
import type { Job } from './job.js'

/** Puts every job on its schedule and takes the runs that come due. */
export async function schedule(boss: PgBoss, jobs: readonly Job[], log: Logger): Promise<void> {
  for (const job of jobs) {
    await boss.createQueue(job.name, { retryLimit: 3, retryBackoff: true, expireInSeconds: 3600 })
    // A run that came due while no process was up is made up for, once.
    await boss.schedule(job.name, job.cron, null, { tz: 'UTC', missed: 'once' })
    await boss.work(job.name, async () => {
      try {
        await job.run()
      } catch (error) {
        log.error({ err: error, job: job.name }, 'a scheduled job failed; it will be tried again')
        throw error
      }
    })
  }
}
