import { defineErrors } from '@titanforge/core'

/** Every error of the stripe plugin, with its remedy. */
export const StripeErrors = defineErrors({
  WEBHOOK_SIGNATURE_INVALID: {
    status: 400,
    message: () =>
      'The Stripe-Signature header does not fit the body. Send the untouched body, signed within the last 300 s with the secret of this endpoint.',
  },
  WEBHOOK_BODY_INVALID: {
    status: 400,
    message: () => 'The body is not a Stripe event.',
  },
  WEBHOOK_NOT_STORED: {
    status: 503,
    message: () => 'The event could not be stored just now. Send it again later.',
  },
  STRIPE_NOT_CONFIGURED: {
    status: 503,
    message: () => 'There is no Stripe API key. Set STRIPE_SECRET_KEY.',
  },
  CARD_DECLINED: {
    status: 402,
    message: (p: { reason: string }) => `The card was declined: ${p.reason}`,
  },
  STRIPE_REFUSED: {
    status: 422,
    message: (p: { reason: string }) => `Stripe refused the request: ${p.reason}`,
  },
  STRIPE_UNAVAILABLE: {
    status: 503,
    message: () => 'Stripe does not answer just now. Try again later.',
  },
})
