import { defineErrors } from '@titanforge/core'

/** Every error of the event bus, with its remedy. */
export const EventErrors = defineErrors({
  BUS_NOT_STARTED: {
    message: () => 'The event bus has not started. Publish from start() on, not in setup().',
  },
  CLAIM_LOST: {
    message: (p: { consumer: string; eventId: string }) =>
      `"${p.consumer}" took too long with event ${p.eventId}, which was given to another attempt; this one was rolled back. Raise claimSeconds, or do less in one handler.`,
  },
  EVENT_GONE: {
    message: (p: { eventId: string }) =>
      `Event ${p.eventId} is not in the log any more. Discard its delivery, or restore the row.`,
  },
  TRANSACTION_REQUIRED: {
    message: () =>
      'publish() takes a transaction of the database: db.transaction((tx) => bus.publish(tx, …)).',
  },
})
