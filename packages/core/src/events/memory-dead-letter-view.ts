import type { DeadLetter, DeadLetters } from './event-bus.js'
import type { MemoryQueue } from './memory-queue.js'
import { refuseBadQuery } from './refuse-bad-query.js'

/**
 * The dead letters of all consumers.
 *
 * @param queues those of one consumer; of all, where none is named.
 * @param refuseClosed throws once nothing is delivered any more.
 */
export function deadLettersOf(
  queues: (consumer?: string) => MemoryQueue[],
  refuseClosed: () => void,
): DeadLetters {
  return {
    list: async ({ consumer, limit = 100, after } = {}) => {
      refuseBadQuery('page of dead letters', { limit })
      return queues(consumer)
        .flatMap((queue) => queue.deadLetters())
        .filter((letter) => !after || byAge(letter, after) > 0)
        .toSorted(byAge)
        .slice(0, limit)
    },
    redrive: async (filter = {}) => {
      refuseClosed()
      return sum(queues(filter.consumer).map((queue) => queue.redrive(filter)))
    },
    discard: async (filter, reason) =>
      sum(queues(filter.consumer).map((queue) => queue.discard(filter, reason))),
  }
}

const sum = (numbers: number[]) => numbers.reduce((all, n) => all + n, 0)

type Aged = Pick<DeadLetter, 'at' | 'id'>
const byAge = (a: Aged, b: Aged) =>
  a.at.getTime() - b.at.getTime() || Number(a.id > b.id) - Number(a.id < b.id)
