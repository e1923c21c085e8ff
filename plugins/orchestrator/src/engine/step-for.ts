import { jsonSchemaOf } from '@titanforge/http'
import { OrchestratorErrors } from '../errors.js'
import type { EventOfKey } from '../journal/event-waits.js'
import type { NewStep } from '../journal/open-run.js'
import { storedValue } from '../journal/stored-value.js'
import type { Request } from '../replay/request.js'

/** A step to be written down, and the event that it waits for, if it does. */
export interface Asked {
  step: NewStep
  event?: EventOfKey
}

/** A century: whoever means longer means for ever. */
const LONGEST_SECONDS = 100 * 366 * 86_400

/**
 * What the journal is to have of a step that a workflow has come to.
 *
 * @throws STEP_INVALID, VALUE_NOT_STORABLE
 */
export function stepFor(request: Request): Asked {
  const { kind, name } = request
  switch (kind) {
    case 'tool':
    case 'agent': {
      const input = storedValue(request.input, `The input of step "${name}"`)
      return { step: { kind, name, target: request.target.name, input, status: 'running' } }
    }
    case 'timer': {
      const dueInSeconds = pauseOf(name, request.seconds)
      const input = { seconds: dueInSeconds }
      return { step: { kind, name, target: null, input, status: 'waiting', dueInSeconds } }
    }
    case 'person': {
      const { question, answer, by = 'customer', timeoutSeconds } = request.wait
      const input = { question, by, answer: jsonSchemaOf(answer, 'input') }
      const dueInSeconds = timeoutOf(name, timeoutSeconds)
      return { step: { kind, name, target: null, input, status: 'waiting', dueInSeconds } }
    }
    case 'event': {
      const { key, timeoutSeconds } = request.wait
      if (typeof key !== 'string' || key.includes('\0'))
        refuse(name, 'the key that it waits for must be text, and without a NUL.')
      const [target, dueInSeconds] = [request.target.name, timeoutOf(name, timeoutSeconds)]
      const wait = { target, input: { key }, waitKey: key, dueInSeconds }
      return {
        step: { kind, name, status: 'waiting', ...wait },
        event: { type: target, key },
      }
    }
  }
}

/** Seconds; what is past is now. */
function pauseOf(step: string, seconds: number): number {
  if (!(seconds <= LONGEST_SECONDS))
    refuse(step, `it waits ${seconds} seconds; ${LONGEST_SECONDS} are the most.`)
  return Math.max(0, seconds)
}

const timeoutOf = (step: string, seconds: number | undefined) =>
  seconds === undefined ? undefined : pauseOf(step, seconds)

function refuse(step: string, problem: string): never {
  throw OrchestratorErrors.STEP_INVALID({ step, problem })
}
