import Stripe from 'stripe'
import { StripeErrors } from './errors.js'

/** Seconds a signature stays good: Stripe's default. Zero would switch the check off. */
const TOLERANCE_SECONDS = 300

// Verification needs the client but no key, and sends nothing.
const { signature } = new Stripe('sk_unused').webhooks

/**
 * Checks a delivery's signature against every active secret.
 *
 * @param now milliseconds since the epoch, against which the signature's age is measured.
 * @returns the delivery's JSON.
 * @throws WEBHOOK_SIGNATURE_INVALID, WEBHOOK_BODY_INVALID
 * @see https://docs.stripe.com/webhooks#verify-manually
 */
export function verifyWebhook(
  raw: Buffer,
  header: string,
  secrets: readonly string[],
  now = Date.now(),
): unknown {
  const signed = secrets.some((secret) => isSigned(raw, header, secret, now))
  if (!signed) throw StripeErrors.WEBHOOK_SIGNATURE_INVALID()
  try {
    return JSON.parse(raw.toString('utf8'))
  } catch (error) {
    throw StripeErrors.WEBHOOK_BODY_INVALID(undefined, { cause: error })
  }
}

function isSigned(raw: Buffer, header: string, secret: string, now: number): boolean {
  if (!signature) throw new Error('the stripe package verifies no signatures')
  try {
    return signature.verifyHeader(raw, header, secret, TOLERANCE_SECONDS, undefined, now)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}
