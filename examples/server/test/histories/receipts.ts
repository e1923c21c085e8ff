import { everyOf } from './every-of.js'
import type { BillingState } from './state.js'
import type { World } from './world.js'

interface Told {
  event_type: string
  user_id: string
  payload: Record<string, unknown> & { amount?: number }
}

/**
 * What people were told that they should not have been, were not told, or were told twice: each receipt
 * goes out once, whatever became of webhooks.
 *
 * @param state what billing comes to.
 */
export async function receiptProblems(world: World, state: BillingState): Promise<string[]> {
  const told = await world.rows<Told>(
    "SELECT event_type, user_id, payload FROM events WHERE event_type LIKE 'billing.%' ORDER BY position",
  )
  const of = (type: string) => told.filter(({ event_type }) => event_type === `billing.${type}`)
  const textOf = (one: Told, ...fields: string[]) =>
    fields.map((field) => String(one.payload[field])).join(' ')
  const sessions = await everyOf(world.parts.stripe.checkout.sessions)
  const invoices = await everyOf(world.parts.stripe.invoices)

  const payments = [
    ...Object.entries(
      state.invoices as Record<string, { user: string; status: string; paid: number }>,
    )
      .filter(([, { status, paid }]) => status === 'paid' && paid > 0)
      .map(([id, { user, paid }]) => `${user} invoice ${id} ${paid}`),
    ...sessions
      .filter(({ id, amount_total }) => isPaid(state, id) && (amount_total ?? 0) > 0)
      .map((it) => `${it.client_reference_id} purchase ${it.id} ${it.amount_total}`),
  ]
  const disputes = Object.values(state.disputes as Record<string, { user: string; amount: number }>)
  const refunds = Object.values(
    state.charges as Record<string, { payment: string; refunded: number }>,
  ).filter(({ refunded }) => refunded > 0)
  // Of an attempt that is on its way, nobody knows yet how it ends.
  const underWay = new Set(
    (await everyOf(world.parts.stripe.paymentIntents))
      .filter(({ status }) => status === 'processing')
      .map(({ customer }) => customer),
  )
  const failures = invoices
    .filter(({ status }) => status === 'open' || status === 'uncollectible')
    .flatMap(({ id, customer, attempt_count }) =>
      Array.from(
        { length: Math.max(0, underWay.has(customer) ? attempt_count - 1 : attempt_count) },
        (_, n) => `${id} ${n + 1}`,
      ),
    )
  const toldFailures = of('payment_failed').map((one) => textOf(one, 'paymentId', 'attempt'))
  const trials = of('trial_ending').map((one) => textOf(one, 'subscriptionId', 'trialEnd'))
  return [
    ...differ(
      'payment_succeeded',
      payments,
      of('payment_succeeded').map((one) => textOf(one, 'userId', 'kind', 'paymentId', 'amount')),
    ),
    ...differ(
      'purchase_completed',
      sessions
        .filter(({ id }) => isPaid(state, id))
        .map((it) => `${it.client_reference_id} ${it.amount_total}`),
      of('purchase_completed').map((one) => textOf(one, 'userId', 'amount')),
    ),
    ...differ(
      'dispute_opened',
      disputes.map(({ user, amount }) => `${user} ${amount}`),
      of('dispute_opened').map((one) => textOf(one, 'userId', 'amount')),
    ),
    ...differ(
      'refunded, in all',
      refunds.map(({ payment, refunded }) => `${payment} ${refunded}`),
      [...sums(of('refunded'))].map(([payment, amount]) => `${payment} ${amount}`),
    ),
    ...repeated(
      'refunded',
      of('refunded').map((one) => textOf(one, 'paymentId', 'amountRefunded')),
    ),
    ...repeated('payment_failed', toldFailures),
    ...failures
      .filter((failure) => !toldFailures.includes(failure))
      .map((failure) => `payment_failed was not told of ${failure}`),
    ...repeated('trial_ending', trials),
    ...changeProblems(of('subscription_changed')),
    ...(await mailProblems(world, of('subscription_changed'))),
  ]
}

const isPaid = (state: BillingState, session: string) =>
  (state.purchases[session] as { status: string } | undefined)?.status === 'paid'

function sums(told: readonly Told[]): Map<string, number> {
  const total = new Map<string, number>()
  for (const { payload } of told) {
    const payment = String(payload.paymentId)
    total.set(payment, (total.get(payment) ?? 0) + (payload.amount ?? 0))
  }
  return total
}

/** Each subscription's changes follow each other without a gap, and each says what was before. */
function changeProblems(told: readonly Told[]): string[] {
  const last = new Map<string, { revision: number; after: string }>()
  return told.flatMap(({ payload }) => {
    const { subscriptionId, revision, before, after } = payload
    const id = String(subscriptionId)
    const previous = last.get(id) ?? { revision: 0, after: 'null' }
    last.set(id, { revision: Number(revision), after: JSON.stringify(after) })
    const follows = revision === previous.revision + 1 && JSON.stringify(before) === previous.after
    const changed = JSON.stringify(after) !== previous.after
    return follows && changed
      ? []
      : [`subscription_changed ${id} does not follow ${String(revision)}`]
  })
}

/** One welcome to each subscription that ever gave access, and one mail to each notification. */
async function mailProblems(world: World, changes: readonly Told[]): Promise<string[]> {
  const welcomed = changes
    .filter(({ payload }) => (payload.after as { access: boolean }).access)
    .map(({ payload }) => `welcome:${String(payload.subscriptionId)}`)
  const rows = await world.rows<{ business_key: string; message_id: string }>(
    'SELECT business_key, message_id FROM notifications',
  )
  return [
    ...differ(
      'welcome',
      [...new Set(welcomed)],
      rows.map((row) => row.business_key).filter((key) => key.startsWith('welcome:')),
    ),
    // Two processes may send one mail at the same moment. Its Message-ID says that it is one.
    ...differ(
      'mail',
      rows.map((row) => row.message_id),
      [...new Set(world.parts.mail.messageIds)],
    ),
  ]
}

function repeated(what: string, told: readonly string[]): string[] {
  return told
    .filter((one, index) => told.indexOf(one) !== index)
    .map((one) => `${what} was told twice: ${one}`)
}

function differ(what: string, wanted: readonly string[], told: readonly string[]): string[] {
  const left = [...told]
  const missing = wanted.filter((one) => {
    const index = left.indexOf(one)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
  return [
    ...missing.map((one) => `${what} was not told: ${one}`),
    ...left.map((one) => `${what} was told without reason, or twice: ${one}`),
  ]
}
