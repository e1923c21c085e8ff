import type { LoggedEvent } from './memory-log.js'

/** An event that one consumer has yet to handle. */
export interface MemoryDelivery extends LoggedEvent {
  attempt: number
  /** Whether it may be handled: it waits for nothing but its turn. */
  isDue: boolean
  /** Takes it from the attempt that is at work on it, where there is an order. */
  atWork?: AbortController | undefined
}
