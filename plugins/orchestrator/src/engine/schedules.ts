import { cron, type Job } from '@titanforge/events'
import type { Engine } from './engine.js'
import { startRun } from './start-run.js'

/** Starts the runs of workflows that have a schedule, each once however many processes there are. */
export const schedules = (engine: Engine): Job[] =>
  engine.catalogue.newest().flatMap((workflow) => {
    const { name, schedule } = workflow
    if (!schedule) return []
    const start = async ({ dueAt }: { dueAt: Date }) => {
      const key = `schedule:${name}:${dueAt.toISOString()}`
      const { input } = schedule
      await startRun(engine, { workflow, input, userId: null, requestedBy: 'schedule', key })
    }
    return cron(
      `workflow.${name}`,
      schedule.cron,
      start,
      schedule.timeZone === undefined ? {} : { timeZone: schedule.timeZone },
    )
  })
