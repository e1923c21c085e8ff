import { invalidRequest } from '../http/stripe-error.js'
import { CURRENCIES } from './currencies.js'

/** What the API's description does not say of a parameter, wherever one of the name stands. */
const BOUNDS: Record<string, { least: number; most?: number }> = {
  amount_off: { least: 1 },
  duration_in_months: { least: 1 },
  flat_amount: { least: 0 },
  flat_amount_decimal: { least: 0 },
  max_redemptions: { least: 1 },
  percent_off: { least: 0.01, most: 100 },
  quantity: { least: 0 },
  unit_amount: { least: 0 },
  unit_amount_decimal: { least: 0 },
}

/**
 * Refuses the values that no field of the name can have.
 *
 * @param path of the parameter, such as `items[0][quantity]`.
 * @throws StripeError
 */
export function refuseOutOfBounds(name: string, value: unknown, path: string): void {
  if (typeof value !== 'string' && typeof value !== 'number') return
  if (name === 'currency' && value !== '' && !CURRENCIES.has(String(value).toLowerCase()))
    throw invalidRequest(
      `Invalid currency: ${value}. Stripe currently supports these currencies: ${[...CURRENCIES].join(', ')}`,
      path,
    )
  const { least, most = Infinity } = BOUNDS[name] ?? { least: -Infinity }
  const number = Number(value)
  const code = 'parameter_invalid_integer'
  if (number < least && least === 0)
    throw invalidRequest('Invalid non-negative integer', path, code)
  if (number < least)
    throw invalidRequest(`This value must be greater than or equal to ${least}.`, path, code)
  if (number > most)
    throw invalidRequest(
      `This value must be less than or equal to ${most} (it currently is '${value}').`,
      path,
      code,
    )
}
