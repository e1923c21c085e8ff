import { z } from 'zod'
import { chaosKnobs, checked, dunningSettings } from '../options.js'
import { closeDispute, openDispute } from '../payments/dispute.js'
import type { World } from '../world/world.js'

const DAY = 86_400

/** How far the clock goes: the parts are added up. */
export const span = z.object({
  seconds: z.coerce.number().int().min(0).default(0),
  hours: z.coerce.number().min(0).default(0),
  days: z.coerce.number().min(0).default(0),
  /** By the calendar: from January 31 to February 28. */
  months: z.coerce.number().int().min(0).default(0),
})
export type Span = z.input<typeof span>

/** Moves the sandbox's clock ahead; everything that is due meanwhile happens, in order. */
export function advance(world: World, given: Span): void {
  const { seconds, hours, days, months } = checked(span, given)
  const date = new Date(world.now * 1000)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + months)
  // A month without that day ends before it.
  if (date.getUTCDate() !== day) date.setUTCDate(0)
  const byCalendar = Math.floor(date.getTime() / 1000) - world.now
  world.advance(byCalendar + Math.round(days * DAY + hours * 3600) + seconds)
}

export const someChaos = chaosKnobs.partial()
export type SomeChaos = z.input<typeof someChaos>

/**
 * Changes the named knobs; the others stay.
 *
 * @throws SANDBOX_OPTIONS_INVALID
 */
export function setChaos(world: World, given: SomeChaos): void {
  const knobs = checked(someChaos, given)
  world.run((tx) => Object.assign(tx.settings.chaos, knobs))
}

export const someDunning = dunningSettings.partial()
export type SomeDunning = z.input<typeof someDunning>

/** @throws SANDBOX_OPTIONS_INVALID */
export function setDunning(world: World, given: SomeDunning): void {
  const settings = checked(someDunning, given)
  world.run((tx) => Object.assign(tx.settings.dunning, settings))
}

export const outage = z.object({
  status: z.coerce.number().int().min(400).max(599).default(500),
  /** Seconds of the sandbox's clock; 0 ends it. */
  seconds: z.coerce.number().int().min(0),
})

/** The API answers every request with an error for a while. */
export function setOutage(world: World, given: z.input<typeof outage>): void {
  const { status, seconds } = checked(outage, given)
  world.run((tx) => {
    tx.settings.outage = seconds > 0 ? { status, until: tx.now + seconds } : null
  })
}

export const failures = z.object({ count: z.coerce.number().int().min(0).default(1) })

/**
 * The next changes that come with an idempotency key begin and fail: the 500 is kept under the key, and what they
 * ask for is done when it is rolled forward.
 */
export function setFailures(world: World, given: z.input<typeof failures>): void {
  const { count } = checked(failures, given)
  world.run((tx) => (tx.settings.failures = count))
}

export const dispute = z.object({ charge: z.string(), reason: z.string().default('fraudulent') })

/** A cardholder disputes a charge. */
export function openDisputeOf(world: World, { charge, reason }: z.output<typeof dispute>): string {
  const moment = momentOf(world, charge)
  return world.run((tx) => openDispute(tx, tx.get('charge', charge), reason).id, moment)
}

export const verdict = z.object({ status: z.enum(['won', 'lost']) })

/** The bank decides a dispute. */
export function decide(world: World, id: string, status: 'won' | 'lost'): void {
  world.run((tx) => closeDispute(tx, tx.get('dispute', id), status), momentOf(world, id))
}

/** What happens to a customer of a test clock happens at its time. */
function momentOf(world: World, id: string): { now?: number; testClock?: string } {
  const testClock = world.clockOf(world.store.get(id))
  const clock = testClock === null ? undefined : world.store.get(testClock)
  if (testClock === null || !clock) return {}
  return { now: (clock as unknown as { frozen_time: number }).frozen_time, testClock }
}
