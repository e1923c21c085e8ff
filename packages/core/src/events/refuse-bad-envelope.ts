import { CoreErrors } from '../errors/core-errors.js'
import type { EventEnvelope } from './event.js'
import { isMoment, MOMENT } from './moment.js'
import { isPause, LONGEST_SECONDS } from './pause.js'
import { isUuid } from './uuid.js'

const LONGEST_EXTERNAL_ID = 255
// In bytes of UTF-8: far beyond any key, and less than an entry of an index can hold.
const LONGEST_KEY = 1_000

/**
 * Says what is wrong with an event before a store has to.
 *
 * @throws EVENT_INVALID
 */
export function refuseBadEnvelope(event: EventEnvelope, delaySeconds: number): void {
  const { source, externalId, key, userId, occurredAt } = event
  const refuse = (problem: string) => {
    throw CoreErrors.EVENT_INVALID({ event: event.type, problem })
  }
  if (externalId !== null) {
    if (source === null) refuse('an externalId needs the `source` that gave it.')
    if (externalId.length > LONGEST_EXTERNAL_ID || externalId.includes('\0'))
      refuse(`its externalId must have at most ${LONGEST_EXTERNAL_ID} characters, and no NUL.`)
  }
  if (source?.includes('\0')) refuse('its source has a NUL.')
  const keyBytes = Buffer.byteLength(key ?? '')
  if (keyBytes > LONGEST_KEY)
    refuse(`its key has ${keyBytes} bytes; at most ${LONGEST_KEY} can be stored.`)
  if (userId !== null && !isUuid(userId)) refuse(`its userId is "${userId}"; give a UUID.`)
  if (!isMoment(occurredAt)) refuse(`its occurredAt is ${String(occurredAt)}; give ${MOMENT}.`)
  if (!isPause(delaySeconds))
    refuse(`its delaySeconds is ${delaySeconds}; give 0 to ${LONGEST_SECONDS}.`)
}
