import { z } from 'zod'

/** A reference to another object: its id, or the object itself where it was expanded. */
export const reference = z
  .union([z.string(), z.looseObject({ id: z.string() }).transform((object) => object.id)])
  .nullish()
  .transform((id) => id ?? null)

/** Stripe's time: whole seconds since the epoch. */
export const moment = z
  .number()
  .nullish()
  .transform((seconds) => (seconds == null ? null : new Date(seconds * 1000)))

export const metadata = z
  .record(z.string(), z.string())
  .nullish()
  .transform((entries) => entries ?? {})

/** The key under which an object's metadata names the account it belongs to. */
export const ACCOUNT_KEY = 'account_id'
