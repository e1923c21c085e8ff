import { z } from 'zod'
import type { Pricing } from '../contract.js'

/** Stripe's client makes objects of the decimals that a webhook has as text. */
const decimalObject = z
  .custom<{ toJSON(): string }>(
    (value) => typeof (value as { toJSON?: unknown }).toJSON === 'function',
  )
  .transform((value) => value.toJSON())

const decimal = z
  .union([z.string(), z.number().transform(String), decimalObject])
  .nullish()
  .transform((amount) => amount ?? null)

const tier = z
  .object({
    up_to: z.number().int().nullish(),
    unit_amount_decimal: decimal,
    flat_amount_decimal: decimal,
  })
  .transform((it) => ({
    upTo: it.up_to ?? null,
    unitAmount: it.unit_amount_decimal,
    flatAmount: it.flat_amount_decimal,
  }))

/** What a Stripe price says of how quantities become amounts. */
export const pricingFields = {
  unit_amount: z.number().int().nullish(),
  unit_amount_decimal: decimal,
  tiers_mode: z.enum(['volume', 'graduated']).nullish(),
  tiers: z.array(tier).nullish(),
  transform_quantity: z
    .object({ divide_by: z.number().int().min(1), round: z.enum(['up', 'down']) })
    .nullish(),
}
type Price = z.infer<z.ZodObject<typeof pricingFields>>

/** Undefined where a price is `unit_amount` for each unit. */
export function pricingOf(price: Price): Pricing | undefined {
  const { unit_amount, unit_amount_decimal: unitAmount, tiers_mode, tiers } = price
  const { transform_quantity: packaged } = price
  if (unit_amount != null && !tiers_mode && !packaged) return undefined
  return {
    unitAmount,
    tiersMode: tiers_mode ?? null,
    tiers: tiers ?? [],
    package: packaged ? { size: packaged.divide_by, round: packaged.round } : null,
  }
}
