import { ForgeError } from '@titanforge/core'
import { isRefusal } from '../gateway.js'

const FINAL = [
  'METER_EVENT_TOO_OLD',
  'METER_EVENT_IN_FUTURE',
  'METER_EVENT_REJECTED',
  'STRIPE_NOT_CONFIGURED',
  'USER_UNKNOWN',
]

/**
 * Whether trying usage again is no use. Only what says so by its name: that the database or Stripe is away passes,
 * and the usage with it would be lost. An application without an API key may never have one: the dead letter says so
 * at once, and can be redriven with one.
 */
export const isFinal = (error: unknown): boolean =>
  isRefusal(error) || (error instanceof ForgeError && FINAL.includes(error.code))
