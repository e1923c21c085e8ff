import { on, type EventType, type Subscription } from '@titanforge/core'
import { runWoken } from '../events.js'
import { lockWait, stepsWaiting } from '../journal/event-waits.js'
import type { Catalogue } from '../workflow/catalogue.js'

/** Hears every event that some workflow waits for, and wakes the runs that do. */
export function hear(catalogue: Catalogue): Subscription[] {
  const types = new Map<string, EventType>()
  for (const { events } of catalogue.all()) for (const event of events) types.set(event.name, event)
  return [...types.values()].map((type) =>
    on(type, `orchestrator.hears.${type.name}`, {
      // Apart from `commit`, so that each event has a transaction, and locks, of its own.
      prepare: async () => undefined,
      async commit({ tx, event, publish }) {
        if (event.key === null) return
        const wait = { type: type.name, key: event.key }
        await lockWait(tx, [wait])
        for (const { run_id: runId, user_id: userId, generation, name } of await stepsWaiting(
          tx,
          wait,
          event.id,
        )) {
          await publish(runWoken, { runId, userId, generation, step: name, eventId: event.id })
        }
      },
    }),
  )
}
