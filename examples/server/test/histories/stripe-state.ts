import type Stripe from 'stripe'
import { everyOf } from './every-of.js'
import { byId, type BillingState } from './state.js'
import type { World } from './world.js'

/** Days for which a late payment keeps access, unless configured otherwise. */
const GRACE_SECONDS = 14 * 86_400

/** What billing has to come to: computed from Stripe's own objects alone. */
export async function stripeState({ people, parts }: World): Promise<BillingState> {
  const { stripe, sandbox } = parts
  const [customers, products, invoices, charges, refunds, disputes, notes] = await Promise.all([
    everyOf(stripe.customers),
    everyOf(stripe.products),
    everyOf(stripe.invoices),
    everyOf(stripe.charges),
    everyOf(stripe.refunds),
    everyOf(stripe.disputes),
    everyOf(stripe.creditNotes),
  ])
  const subscriptions = await stripe.subscriptions
    .list({ status: 'all', limit: 100 })
    .autoPagingToArray({ limit: 10_000 })
  const tells = (type: string) =>
    stripe.events.list({ type, limit: 100 }).autoPagingToArray({ limit: 10_000 })
  const lateness = {
    invoices,
    changes: await tells('customer.subscription.updated'),
    failures: await tells('invoice.payment_failed'),
  }
  const sessions = await stripe.checkout.sessions
    .list({ limit: 100, expand: ['data.line_items', 'data.payment_intent'] })
    .autoPagingToArray({ limit: 10_000 })

  // Customers that are deleted are listed no more; the pages that were opened for them are.
  const owners = new Map<string, string>()
  for (const { id, metadata } of customers) owners.set(id, metadata.account_id ?? '')
  for (const it of sessions) owners.set(idOf(it.customer) ?? '', it.client_reference_id ?? '')
  const ownerOf = (customer: string | { id: string } | null) => owners.get(idOf(customer) ?? '')
  const paid = charges.filter(({ status }) => status === 'succeeded')
  const chargeOf = (id: string | null) => paid.find((charge) => charge.id === id)

  const entitlements = Object.fromEntries(people.map(({ id }) => [id, [] as string[]]))
  const grant = (user: string | undefined, source: string, product: Stripe.Product | undefined) => {
    if (!user || !product) return
    entitlements[user]?.push(`${source} plan ${product.name}`)
    for (const [key, value] of Object.entries(product.metadata)) {
      const [kind, name] = key.split(':')
      if (kind === 'feature') entitlements[user]?.push(`${source} feature ${name}`)
      if (kind === 'limit') entitlements[user]?.push(`${source} limit ${name} ${value}`)
    }
  }
  const productOf = (price: Stripe.Price | null | undefined) =>
    products.find(({ id }) => id === idOf((price?.product ?? null) as string | null))
  for (const it of subscriptions) {
    const end = accessEnd(it, lateness)
    if (end !== null && end <= sandbox.now) continue
    for (const { price } of it.items.data) grant(ownerOf(it.customer), it.id, productOf(price))
  }
  const wentBack = (it: Stripe.Checkout.Session) => {
    const charge = paid.find(({ payment_intent: id }) => idOf(id) === idOf(it.payment_intent))
    const lost = disputes.filter((one) => idOf(one.charge) === charge?.id && one.status === 'lost')
    const back = lost.reduce((sum, { amount }) => sum + amount, charge?.amount_refunded ?? 0)
    return charge !== undefined && charge.amount > 0 && back >= charge.amount
  }
  for (const it of sessions)
    if (it.mode === 'payment' && outcomeOf(it) === 'fulfilled' && !wentBack(it))
      for (const line of it.line_items?.data ?? [])
        grant(it.client_reference_id ?? undefined, it.id, productOf(line.price))
  for (const list of Object.values(entitlements)) list.sort()

  return {
    customers: Object.fromEntries(
      people.map(({ id }) => [
        id,
        customers.find(({ metadata }) => metadata.account_id === id)?.id ?? null,
      ]),
    ),
    subscriptions: byId(subscriptions, idIn, (it) => ({
      user: ownerOf(it.customer),
      status: it.status,
      items: it.items.data.map(({ price, quantity }) => ({
        price: price.id,
        product: idOf(price.product as string) ?? '',
        quantity: quantity ?? null,
      })),
      start: it.items.data[0]?.current_period_start ?? null,
      end: it.items.data[0]?.current_period_end ?? null,
      cancelAtPeriodEnd: it.cancel_at_period_end,
      cancelAt: it.cancel_at,
      canceledAt: it.canceled_at,
      endedAt: it.ended_at,
      trialEnd: it.trial_end,
      latestInvoice: idOf(it.latest_invoice),
    })),
    invoices: byId(invoices, idIn, (it) => ({
      user: ownerOf(it.customer as string),
      subscription: idOf(it.parent?.subscription_details?.subscription ?? null),
      status: it.status,
      currency: it.currency,
      due: it.amount_due,
      paid: it.amount_paid,
      number: it.number,
    })),
    charges: byId(paid, idIn, (it) => ({
      user: ownerOf(it.customer as string),
      payment: idOf(it.payment_intent),
      amount: it.amount,
      refunded: it.amount_refunded,
    })),
    refunds: byId(refunds, idIn, (it) => ({
      user: ownerOf(chargeOf(idOf(it.charge))?.customer as string),
      status: it.status,
      amount: it.amount,
    })),
    disputes: byId(disputes, idIn, (it) => ({
      user: ownerOf(chargeOf(idOf(it.charge))?.customer as string),
      status: it.status,
      amount: it.amount,
    })),
    creditNotes: byId(notes, idIn, (it) => ({
      user: ownerOf(it.customer as string),
      invoice: idOf(it.invoice),
      status: it.status,
      amount: it.amount,
    })),
    purchases: byId(
      sessions.filter(({ mode, status }) => mode === 'payment' && status !== 'open'),
      idIn,
      (it) => ({
        user: it.client_reference_id,
        status: PURCHASE[outcomeOf(it)],
        amount: it.amount_total,
      }),
    ),
    // Of a page that was closed before anybody saw it, nothing need be known.
    checkouts: byId(
      sessions.filter(({ status }) => status !== 'expired'),
      idIn,
      (it) => ({
        user: it.client_reference_id,
        status: it.mode === 'subscription' ? settledOr(outcomeOf(it)) : outcomeOf(it),
      }),
    ),
    entitlements,
  }
}

const PURCHASE = {
  open: 'open',
  expired: 'expired',
  fulfilled: 'paid',
  pending: 'pending',
  failed: 'failed',
} as const

/** What became of a page. A payment that is not on its way any more has failed. */
function outcomeOf(it: Stripe.Checkout.Session): keyof typeof PURCHASE {
  if (it.status === 'open') return 'open'
  if (it.status === 'expired') return 'expired'
  if (it.payment_status !== 'unpaid') return 'fulfilled'
  const intent = it.payment_intent as Stripe.PaymentIntent | null
  return intent?.status === 'processing' ? 'pending' : 'failed'
}

/** Whether the first invoice of a subscription failed or is on its way stands in no field of its session. */
export const settledOr = (status: string): string =>
  status === 'pending' || status === 'failed' ? 'not paid' : status

interface Lateness {
  invoices: readonly Stripe.Invoice[]
  /** Events of the last 30 days. What was late before that has no grace any more. */
  changes: readonly Stripe.Event[]
  failures: readonly Stripe.Event[]
}

/** When access ends, in seconds; 0 where there is none, null where no end is known. */
function accessEnd(it: Stripe.Subscription, { invoices, changes, failures }: Lateness) {
  if (!['trialing', 'active', 'past_due'].includes(it.status)) return 0
  const scheduled =
    it.cancel_at ??
    (it.cancel_at_period_end ? (it.items.data[0]?.current_period_end ?? null) : null)
  if (it.status !== 'past_due') return scheduled
  // The status says when it became late; the invoices say what of that is still owed.
  const since = Math.max(
    0,
    ...changes.flatMap((event) => (becomesLate(event, it) ? [event.created] : [])),
  )
  const owed = invoices.filter(
    ({ parent, status, attempt_count }) =>
      idOf(parent?.subscription_details?.subscription ?? null) === it.id &&
      (status === 'open' || status === 'uncollectible') &&
      attempt_count > 0,
  )
  const failed = [
    // An invoice is first tried when it is finalized.
    ...owed.flatMap(({ status_transitions: { finalized_at } }) => finalized_at ?? []),
    ...failures
      .filter(({ data }) => owed.some(({ id }) => id === (data.object as Stripe.Invoice).id))
      .map(({ created }) => created),
  ].filter((moment) => moment >= since)
  const grace = Math.min(...failed) + GRACE_SECONDS
  return scheduled === null ? grace : Math.min(scheduled, grace)
}

function becomesLate({ data }: Stripe.Event, { id }: Stripe.Subscription): boolean {
  const { id: changed, status } = data.object as Stripe.Subscription
  const { status: before } = (data.previous_attributes ?? {}) as { status?: string }
  return changed === id && status === 'past_due' && before !== undefined
}

const idIn = ({ id }: { id: string }): string => id

function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null)
}
