import type Stripe from 'stripe'
import { isCredit, isProration, itemOf, netOf } from './invoice-line.js'
import type { Waiting } from './waiting.js'

/** What would become of the rest of the present period if it were counted. Minor units. */
export interface Rest {
  /** What Stripe would give back, whether that was paid or not; Infinity where that is not known. */
  credit: number
  /** What the change would charge for the rest. */
  charge: number
  /** Whether an earlier change of the period waits to be billed. */
  waits: boolean
}

/**
 * What the preview of a change says of the rest of the period. An earlier change whose credit waits for the next
 * invoice, as the portal may make it, has its charge waiting too, which is taken off.
 *
 * Of a preview Stripe shows ten lines and no more, the newest first. So all that the change makes has been seen where
 * the lines begin with it, and end with what has waited. What the earlier changes come to is known then where all of
 * them are seen, or all but them: they are what else the invoice asks for.
 *
 * @see https://docs.stripe.com/billing/subscriptions/prorations
 * @see https://docs.stripe.com/api/invoices/object#invoice_object-lines
 */
export function restOf(
  { lines, total }: Pick<Stripe.Invoice, 'lines' | 'total'>,
  waiting: Waiting,
): Rest {
  const waits = [...waiting.values()].includes('change')
  const ids = lines.data.map((line) => itemOf(line) ?? '')
  const kinds = ids.map((id) => waiting.get(id) ?? 'own')
  const linesOf = (kind: string) => lines.data.filter((_, n) => kinds[n] === kind)
  const areSeen = (kind: 'change' | 'other') =>
    !lines.has_more || [...waiting].every(([id, its]) => its !== kind || ids.includes(id))

  const isOwnSeen = !lines.has_more || (kinds[0] === 'own' && kinds.at(-1) !== 'own')
  if (!isOwnSeen || !(areSeen('change') || areSeen('other')))
    return { credit: Infinity, charge: 0, waits }
  const own = linesOf('own')
  const prorations = own.filter(isProration)
  const earlier = areSeen('change')
    ? net(linesOf('change'))
    : total - net(own) - net(linesOf('other'))
  return {
    credit: -net(prorations.filter(isCredit)) - earlier,
    charge: net(prorations.filter((line) => !isCredit(line))),
    waits,
  }
}

const net = (lines: readonly Stripe.InvoiceLineItem[]) =>
  lines.reduce((sum, line) => sum + netOf(line), 0)
