import { z } from 'zod'
import type { Pricing } from '../contract.js'
import { INTERVALS, knownWord, recurring } from './reading.js'

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
  tiers_mode: z.string().nullish(),
  tiers: z.array(tier).nullish(),
  transform_quantity: z.object({ divide_by: z.number().int().min(1), round: z.string() }).nullish(),
  recurring,
}
type Price = z.infer<z.ZodObject<typeof pricingFields>>

const TIERS_MODES = ['volume', 'graduated'] as const
const ROUNDS = ['up', 'down'] as const
/** What is published of a price that cannot be told. */
const UNTOLD: Pricing = { unitAmount: null, tiersMode: null, tiers: [], package: null }

/** Undefined where a price is `unit_amount` for each unit. */
export function pricingOf(price: Price): Pricing | undefined {
  const { unit_amount, unit_amount_decimal: unitAmount, tiers_mode, tiers } = price
  const { transform_quantity: packaged } = price
  if (unit_amount != null && !tiers_mode && !packaged) return undefined
  const tiersMode = knownWord(TIERS_MODES, tiers_mode)
  const round = knownWord(ROUNDS, packaged?.round)
  if ((tiers_mode && !tiersMode) || (packaged && !round)) return UNTOLD
  return {
    unitAmount,
    tiersMode,
    tiers: tiers ?? [],
    package: packaged && round ? { size: packaged.divide_by, round } : null,
  }
}

/** What a price says in words that are not known, for somebody to look at. */
export function unknownTerms({
  tiers_mode,
  transform_quantity,
  recurring: rhythm,
}: Price): string[] {
  const terms = [
    ['interval', INTERVALS, rhythm?.interval],
    ['tiers_mode', TIERS_MODES, tiers_mode],
    ['round', ROUNDS, transform_quantity?.round],
  ] as const
  return terms.flatMap(([name, words, word]) =>
    word && !knownWord<string>(words, word) ? [`${name} ${word}`] : [],
  )
}
