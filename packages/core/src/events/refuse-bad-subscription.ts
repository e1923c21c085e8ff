import { CoreErrors } from '../errors/core-errors.js'
import { isPlainObject } from '../validation/is-plain-object.js'
import { problemOfFunction } from '../validation/misshapen.js'
import type { EventType } from './event.js'
import { isPause, LONGEST_SECONDS } from './pause.js'
import type { SubscriptionOptions } from './subscription.js'

/**
 * Refuses what JavaScript lets through, and what would make a dead letter of each event.
 *
 * @throws DEFINITION_INVALID where the event, the consumer's name or the handler is none.
 */
export function refuseMisshapen(event: unknown, consumer: unknown, handler: unknown): void {
  const problem = problemOfEvent(event) ?? problemOfConsumer(consumer) ?? problemOfHandler(handler)
  if (problem === undefined) return
  throw CoreErrors.DEFINITION_INVALID({ what: `Consumer "${String(consumer)}"`, problem })
}

const problemOfEvent = (event: unknown) =>
  isPlainObject(event) && event.durable === true
    ? undefined
    : 'its event is none that is stored; give what defineEvent has made.'

const problemOfConsumer = (consumer: unknown) =>
  typeof consumer === 'string' && consumer !== ''
    ? undefined
    : 'it has no name; write on(event, "shop.note", handler).'

function problemOfHandler(handler: unknown): string | undefined {
  if (typeof handler === 'function') return undefined
  if (!isPlainObject(handler))
    return 'its handler is neither a function nor a plain object with a commit, which is no instance of a class.'
  const { prepare, commit } = handler
  return problemOfFunction('prepare', prepare) ?? problemOfFunction('commit', commit ?? null)
}

/** @throws DEFINITION_INVALID where the options contradict each other. */
export function refuseBadOptions(
  consumer: string,
  event: EventType,
  options: SubscriptionOptions,
): void {
  const {
    order,
    limit,
    afterDeadLetter,
    concurrency = 1,
    claimSeconds = 1,
    timeoutSeconds = 1,
  } = options
  const refuse = (problem: string) => {
    throw CoreErrors.DEFINITION_INVALID({ what: `Consumer "${consumer}"`, problem })
  }
  const refuseUnknown = (name: string, value: string | undefined, known: readonly string[]) => {
    if (value === undefined || known.includes(value)) return
    refuse(`${name} is ${value}; give ${known.join(' or ')}.`)
  }
  refuseUnknown('order', order, ['key'])
  refuseUnknown('limit.per', limit?.per, ['key', 'user'])
  refuseUnknown('afterDeadLetter', afterDeadLetter, ['release', 'block'])
  refuseUnknown('from', options.from, ['now', 'beginning'])
  if (order && limit)
    refuse('give either `order` or `limit`; an order handles one event at a time.')
  if ((order ?? limit?.per) === 'key' && !event.key)
    refuse(`it goes by key, but the event "${event.name}" has none. Give defineEvent a \`key\`.`)
  if (limit && !(Number.isSafeInteger(limit.count) && limit.count >= 1))
    refuse(`limit.count is ${limit.count}; give a whole number from 1 on.`)
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1))
    refuse(`concurrency is ${concurrency}; give a whole number from 1 on.`)
  if (
    !isPause(claimSeconds) ||
    !isPause(timeoutSeconds) ||
    claimSeconds === 0 ||
    timeoutSeconds === 0
  )
    refuse(`give time limits of more than 0 and at most ${LONGEST_SECONDS} seconds.`)
  const { limit: tries = 0, baseSeconds = 0, maxSeconds = 0 } = options.retry ?? {}
  if (!(Number.isSafeInteger(tries) && tries >= 0 && isPause(baseSeconds) && isPause(maxSeconds)))
    refuse('retry takes a whole number as its limit, and pauses in seconds.')
  if (afterDeadLetter && !order) refuse('`afterDeadLetter` needs `order`.')
}
