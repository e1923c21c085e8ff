import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { quietIntervals } from './intervals.js'

const PAUSE_MS = 20
/** A second in all, and no deadline: a machine that stalls would let that pass between two looks. */
const LOOKS = 50

/**
 * What this process holds just now, by kind: what keeps it alive, such as timers, sockets and requests to the
 * file system; intervals that do not; who listens to it, as to its signals; and its global variables.
 */
export const activeResources = (): string[] => [
  ...process.getActiveResourcesInfo(),
  ...quietIntervals().map(() => 'interval without a reference'),
  ...process.eventNames().flatMap(listenersTo),
  ...Object.getOwnPropertyNames(globalThis).map((name) => `global variable ${name}`),
]

const listenersTo = (event: string | symbol): string[] =>
  process.listeners(event as 'exit').map(() => `listener of the process to ${String(event)}`)

/** The kinds that there are more of now, as in `2 × Timeout`. */
export function addedSince(before: readonly string[]): string[] {
  const now = activeResources()
  const count = (kinds: readonly string[], kind: string) => kinds.filter((k) => k === kind).length
  return [...new Set(now)]
    .map((kind) => ({ kind, added: count(now, kind) - count(before, kind) }))
    .filter(({ added }) => added > 0)
    .map(({ kind, added }) => `${added} × ${kind}`)
}

/**
 * Makes sure that nothing stays after the time that a socket may take to close.
 *
 * @param what for the message: who has left it, and what to do.
 */
export async function nothingLeft(
  before: readonly string[],
  { by = 'it', remedy }: { by?: string; remedy: string },
): Promise<void> {
  const left = await leftSince(before)
  assert.deepEqual(left, [], `${by} left ${left.join(', ')} behind; ${remedy}`)
}

async function leftSince(before: readonly string[]): Promise<string[]> {
  for (let looks = 1; ; looks++) {
    const left = addedSince(before)
    if (left.length === 0 || looks === LOOKS) return left
    await delay(PAUSE_MS)
  }
}
