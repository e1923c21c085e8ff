import { waitFor } from '@titanforge/database/testing'
import type { Application } from './application.js'
import { sleeper } from './lab.js'

interface Nap {
  began: Date
  ended: Date | null
}

interface Slot {
  running: boolean
  expires_at: Date
}

/** What the sleeper has done, and the slots of those for whom it sleeps. */
export function watch({ forge, db }: Application) {
  const naps = (userId: string) =>
    db.query<Nap>('SELECT began, ended FROM naps WHERE user_id = $1 ORDER BY began', [userId])
  const slots = (userId: string) =>
    db.query<Slot>(
      `SELECT admitted_at IS NOT NULL AS running, expires_at FROM agent_slots
       WHERE user_id = $1 ORDER BY id`,
      [userId],
    )
  return {
    naps,
    slots,
    sleep: (userId: string, ms: number, signal?: AbortSignal) =>
      forge.run(sleeper, { ms }, { principal: { userId }, ...(signal ? { signal } : {}) }),
    /** Resolves when so many have begun. */
    begun: (userId: string, count: number) =>
      waitFor(async () => (await naps(userId)).length >= count),
    /** Resolves when so many wait for a slot. */
    queued: (userId: string, count: number) =>
      waitFor(async () => (await slots(userId)).filter(({ running }) => !running).length === count),
  }
}

/** The most that were under way at one time. */
export function mostAtOnce(naps: readonly Nap[]): number {
  const awake = (at: Date) =>
    naps.filter(({ began, ended }) => began <= at && (!ended || at < ended))
  return Math.max(0, ...naps.map(({ began }) => awake(began).length))
}
