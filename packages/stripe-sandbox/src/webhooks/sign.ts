import { createHmac } from 'node:crypto'

/**
 * The `Stripe-Signature` header of a body.
 *
 * @param seconds since the epoch, by the receiver's clock: it refuses what is older than five minutes.
 * @see https://docs.stripe.com/webhooks#verify-manually
 */
export function signatureHeader(body: string, secret: string, seconds: number): string {
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${digest}`
}
