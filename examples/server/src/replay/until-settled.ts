import { setTimeout as delay } from 'node:timers/promises'
import { ForgeError } from '@titanforge/core'
import type { EventLog } from '@titanforge/events'
import type { RecordedEvent } from './event-file.js'

const PATIENCE_MS = 60_000

/**
 * Waits until the server has handled the events and everything that they led to.
 *
 * @throws REPLAY_UNSETTLED
 */
export async function untilSettled(events: readonly RecordedEvent[], log: EventLog): Promise<void> {
  const ids = events.map((event) => event.id)
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const left = await log.unhandled('stripe', ids)
    if (left === 0) return
    if (Date.now() > deadline) {
      const message = `${left} deliveries are still not handled after ${PATIENCE_MS / 1000} s. \`npm run forge -- events:dead\` lists what consumers gave up on.`
      throw new ForgeError('REPLAY_UNSETTLED', message)
    }
    await delay(50)
  }
}
