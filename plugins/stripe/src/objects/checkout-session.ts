import { parse } from '@titanforge/core'
import { z } from 'zod'
import { resolveUser } from '../customer-link.js'
import type { ObjectRule } from './object-rule.js'
import { ACCOUNT_KEY, metadata, reference } from './reading.js'

const session = z.object({
  customer: reference,
  client_reference_id: z.string().nullish(),
  metadata,
})

/** A Checkout Session says which user a Stripe customer is. */
export const checkoutSessionRule: ObjectRule = {
  async apply(applying, object) {
    const {
      customer,
      client_reference_id,
      metadata: entries,
    } = parse(session, object, 'Stripe Checkout Session')
    await resolveUser(applying, customer, client_reference_id ?? entries[ACCOUNT_KEY])
  },
  async remove() {},
}
