import { z } from 'zod'

/** A reference to another object: its id, or the object itself where it was expanded. */
export const reference = z
  .union([z.string(), z.looseObject({ id: z.string() }).transform((object) => object.id)])
  .nullish()
  .transform((id) => id ?? null)

/** The status of an object that was expanded; undefined where there is only its id. */
export const statusOf = (expanded: unknown): unknown =>
  typeof expanded === 'object' && expanded !== null && 'status' in expanded
    ? expanded.status
    : undefined

/** Stripe's time: whole seconds since the epoch. */
export const moment = z
  .number()
  .nullish()
  .transform((seconds) => (seconds == null ? null : new Date(seconds * 1000)))

export const metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform((entries) => entries ?? {})

/**
 * A word of Stripe's that this version of the plugin knows, or null. Stripe's enums are open: it may add words
 * at any time, and who pays for something that has one must not lose it.
 */
export const knownWord = <Word extends string>(
  words: readonly Word[],
  word: string | null | undefined,
): Word | null => words.find((known) => known === word) ?? null

export const INTERVALS = ['day', 'week', 'month', 'year'] as const

/** How often a price is charged; null for one that is charged once. */
export const recurring = z
  .object({
    interval: z.string(),
    interval_count: z.number().int(),
    usage_type: z.string().optional(),
  })
  .nullish()

/** The key under which an object's metadata names the account it belongs to. */
export const ACCOUNT_KEY = 'account_id'
