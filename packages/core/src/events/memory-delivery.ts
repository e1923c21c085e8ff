import type { LoggedEvent } from './memory-log.js'

/** An event that one consumer has yet to handle. */
export interface MemoryDelivery extends LoggedEvent {
  attempt: number
  /** When it is its time, as `performance.now()` tells it. */
  dueAt: number
  /** Takes it from the attempt that is at work on it, where there is an order. */
  atWork?: AbortController | undefined
}

export const dueIn = (seconds: number): number => performance.now() + seconds * 1000

export const isDue = ({ dueAt }: MemoryDelivery): boolean => dueAt <= performance.now()
