import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import type { Price } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** The fields of `price_data`, and those that a price of its own may have besides. */
export interface PriceParameters {
  currency: string
  product: string
  unit_amount?: number
  unit_amount_decimal?: string
  recurring?: {
    interval: string
    interval_count?: number
    meter?: string
    usage_type?: string
    trial_period_days?: number
  }
  fields?: Partial<Price>
}

/** @throws StripeError where neither an amount nor tiers are given */
export function createPrice(tx: Transaction, parameters: PriceParameters): Price {
  const { recurring, currency, product, unit_amount, fields } = parameters
  const decimal = parameters.unit_amount_decimal ?? unit_amount?.toString()
  if (decimal === undefined && !fields?.tiers && !fields?.custom_unit_amount)
    throw invalidRequest(
      'You must specify either `unit_amount` or `unit_amount_decimal` when `billing_scheme=per_unit`.',
      'unit_amount',
      'parameter_missing',
    )
  if (recurring?.usage_type === 'metered' && !recurring.meter)
    throw invalidRequest(
      'Metered prices must be backed by a meter: pass `recurring[meter]`.',
      'recurring[meter]',
      'parameter_missing',
    )
  if (recurring?.meter) tx.get('billing.meter', recurring.meter, 'recurring[meter]')
  tx.get('product', product, 'product')
  const whole = Number(decimal)
  return tx.add(
    'price',
    blank('price', {
      id: tx.id('price'),
      active: true,
      billing_scheme: 'per_unit',
      created: tx.now,
      currency: currency.toLowerCase(),
      metadata: {},
      product,
      recurring: recurring
        ? {
            interval: recurring.interval,
            interval_count: recurring.interval_count ?? 1,
            meter: recurring.meter ?? null,
            trial_period_days: null,
            usage_type: recurring.usage_type ?? 'licensed',
          }
        : null,
      tax_behavior: 'unspecified',
      type: recurring ? 'recurring' : 'one_time',
      unit_amount: decimal !== undefined && Number.isInteger(whole) ? whole : null,
      unit_amount_decimal: decimal ?? null,
      ...fields,
    }),
  )
}
