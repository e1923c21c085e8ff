/** The first version whose periods are on the items and whose invoices have a parent. */
const BASIL = '2025-03-31'

type Fields = Record<string, unknown>

/**
 * An object in the shape of an older API version: of the changes of 2025-03-31.basil, those that a billing
 * integration meets. Versions from then on are shown in the pinned one.
 *
 * @see https://docs.stripe.com/changelog/basil
 */
export function asOfVersion(version: string, shown: object): object {
  if (version.slice(0, 10) >= BASIL) return shown
  return older(shown) as object
}

/** What was before, in the same shape: where the items' periods changed, the subscription's did. */
export function previousAsOfVersion(version: string, type: string, previous: object): object {
  const { items } = previous as { items?: unknown }
  const isSubscription = type.startsWith('customer.subscription.') && items !== undefined
  if (!isSubscription || version.slice(0, 10) >= BASIL) return previous
  const shown = older({ ...previous, object: 'subscription' }) as Fields
  delete shown.object
  return shown
}

function older(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(older)
  if (typeof value !== 'object' || value === null) return value
  const fields: Fields = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, older(inner)]),
  )
  switch (fields.object) {
    case 'subscription':
      return olderSubscription(fields)
    case 'invoice':
      return olderInvoice(fields)
    case 'line_item':
      return olderLine(fields)
    default:
      return fields
  }
}

/** The periods were the subscription's, not its items'. */
function olderSubscription({ billing_mode: _, billing_schedules: __, ...shown }: Fields): Fields {
  const list = shown.items as { data: Fields[] }
  const [first] = list.data
  const data = list.data.map(
    ({ current_period_start: _start, current_period_end: _end, ...item }) => item,
  )
  return {
    ...shown,
    current_period_start: first?.current_period_start,
    current_period_end: first?.current_period_end,
    items: { ...list, data },
    plan: list.data.length === 1 ? first?.plan : null,
    quantity: list.data.length === 1 ? first?.quantity : null,
  }
}

/** An invoice named its subscription and its payment itself. */
function olderInvoice({ parent, confirmation_secret: _, ...shown }: Fields): Fields {
  const details = (parent as { subscription_details?: Fields } | null)?.subscription_details
  return {
    ...shown,
    paid: shown.status === 'paid',
    paid_out_of_band: false,
    subscription: details?.subscription ?? null,
    subscription_details: { metadata: details?.metadata ?? null },
    tax: null,
    total_tax_amounts: [],
  }
}

function olderLine({ parent, pricing, taxes: _, ...shown }: Fields): Fields {
  const { subscription_item_details: item, invoice_item_details: invoiced } = (parent ?? {}) as {
    subscription_item_details?: Fields | null
    invoice_item_details?: Fields | null
  }
  const price = (pricing as { price_details?: Fields } | null)?.price_details
  return {
    ...shown,
    invoice_item: item?.invoice_item ?? invoiced?.invoice_item ?? null,
    price: price ? { id: price.price, object: 'price', product: price.product } : null,
    proration: item?.proration ?? invoiced?.proration ?? false,
    subscription: item?.subscription ?? invoiced?.subscription ?? null,
    subscription_item: item?.subscription_item,
    type: item ? 'subscription' : 'invoiceitem',
  }
}
