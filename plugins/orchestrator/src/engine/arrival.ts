import { RetryLater } from '@titanforge/core'
import { payloadOf } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import { readEvent } from '../journal/event-waits.js'
import type { Outcome } from '../journal/step-row.js'
import { storedValue } from '../journal/stored-value.js'
import { failureOf } from '../replay/step-error.js'
import type { AnyWorkflow } from '../workflow/workflow.js'

/** An event that a step has waited for. */
export interface Arrival {
  eventId: string
  outcome: Outcome
}

/** @throws RetryLater where the event is of a newer version than this process knows. */
export async function arrivalOf(
  db: Database,
  workflow: AnyWorkflow,
  eventId: string,
): Promise<Arrival | undefined> {
  const event = await readEvent(db, eventId)
  const type = workflow.events.find(({ name }) => name === event?.type)
  if (!event || !type) return undefined
  try {
    const output = storedValue(payloadOf(type, event), `The event "${type.name}"`)
    return { eventId, outcome: { status: 'succeeded', output } }
  } catch (error) {
    if (error instanceof RetryLater) throw error
    return { eventId, outcome: { status: 'failed', error: failureOf(error) } }
  }
}
