import { lockWait, missedEvent } from '../journal/event-waits.js'
import type { OpenRun } from '../journal/open-run.js'
import type { Asked } from './step-for.js'

/** Writes the steps down that a workflow has come to, and has them done. */
export async function askFor(run: OpenRun, asked: readonly Asked[]): Promise<void> {
  await lockWait(
    run.tx,
    asked.flatMap(({ event }) => event ?? []),
  )
  const given: string[] = []
  for (const { step, event } of asked) {
    await run.ask(step)
    if (!event) continue
    const eventId = await missedEvent(run.tx, run.row, event, given)
    if (eventId) {
      given.push(eventId)
      await run.wake(step.name, { eventId })
    }
  }
}
