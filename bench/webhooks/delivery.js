import { Buffer } from 'node:buffer'
import { createHmac, randomUUID } from 'node:crypto'

export const SECRET = 'whsec_of_the_benchmark'

/** A signed delivery of an event that nobody has seen. */
export function delivery() {
  const id = randomUUID()
  const lines = Array.from({ length: 3 }, (_, n) => ({
    ...{ id: `il_${n}`, object: 'line_item', amount: 4900, currency: 'usd', quantity: 1 },
    description: `Pro plan, one month, seat ${n}`,
    period: { start: 1_757_000_000, end: 1_760_000_000 },
  }))
  const invoice = {
    ...{ id: `in_${id}`, object: 'invoice', customer: `cus_${id}`, status: 'paid' },
    ...{ currency: 'usd', amount_due: 4900, amount_paid: 4900, amount_remaining: 0 },
    ...{ livemode: false, created: 1_760_000_000, billing_reason: 'subscription_cycle' },
    ...{ parent: null, status_transitions: { paid_at: 1_760_000_000 } },
    lines: { object: 'list', has_more: false, data: lines },
  }
  const event = {
    ...{ id: `evt_${id}`, object: 'event', type: 'invoice.paid', api_version: '2026-10-28.endive' },
    ...{ created: 1_760_000_000, livemode: false, pending_webhooks: 1, data: { object: invoice } },
  }
  const body = JSON.stringify(event)
  const time = Math.floor(Date.now() / 1000)
  const v1 = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'stripe-signature': `t=${time},v1=${v1}`,
  }
  return { body, headers }
}
