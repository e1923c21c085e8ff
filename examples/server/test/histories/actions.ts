import { messageOf } from '@titanforge/core'
import fc from 'fast-check'
import Stripe from 'stripe'
import { cards, fillIn, type CardName } from './cards.js'
import type { Answer, Person, World } from './world.js'

/** Something that people, an operator, a bank or time does. Numbers choose among what there is then. */
export type Action =
  | { do: 'sign up' }
  | { do: 'buy'; who: number; what: number; quantity: number; card: CardName | 'none' }
  | { do: 'come back'; who: number }
  | { do: 'cancel'; who: number; when: 'period_end' | 'now' }
  | { do: 'resume'; who: number }
  | { do: 'change plan'; who: number; what: number; quantity: number; preview: boolean }
  | { do: 'cancel in the portal'; who: number; which: number }
  | { do: 'change card in the portal'; who: number; card: CardName }
  | { do: 'refund'; which: number; share: number }
  | { do: 'dispute'; which: number }
  | { do: 'decide'; which: number; verdict: 'won' | 'lost' }
  | { do: 'give credit'; which: number }
  | { do: 'delete a customer'; who: number }
  | { do: 'rename a product'; which: number; name: string }
  | { do: 'reconcile' }
  | { do: 'let pass'; days: number }

const number = fc.nat(20)
const who = fc.nat(5)
const quantity = fc.integer({ min: 1, max: 3 })
const card = fc.constantFrom(...(Object.keys(cards) as CardName[]))
/** Most people have a card that pays. */
const mostlyGood = fc.oneof(
  { weight: 3, arbitrary: fc.constant<CardName>('pays') },
  { weight: 3, arbitrary: card },
  { weight: 1, arbitrary: fc.constant<'none'>('none') },
)
const days = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.04, 0.5, 3, 31) },
)

const record = <Name extends Action['do']>(
  name: Name,
  fields: { [Key in Exclude<keyof Extract<Action, { do: Name }>, 'do'>]: fc.Arbitrary<unknown> },
) =>
  fc.record({ do: fc.constant(name), ...fields }) as fc.Arbitrary<unknown> as fc.Arbitrary<Action>

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: record('sign up', {}) },
  { weight: 8, arbitrary: record('buy', { who, what: number, quantity, card: mostlyGood }) },
  { weight: 1, arbitrary: record('come back', { who }) },
  {
    weight: 3,
    arbitrary: record('cancel', { who, when: fc.constantFrom('period_end', 'now') }),
  },
  { weight: 2, arbitrary: record('resume', { who }) },
  {
    weight: 4,
    arbitrary: record('change plan', { who, what: number, quantity, preview: fc.boolean() }),
  },
  { weight: 1, arbitrary: record('cancel in the portal', { who, which: number }) },
  { weight: 2, arbitrary: record('change card in the portal', { who, card }) },
  {
    weight: 2,
    arbitrary: record('refund', { which: number, share: fc.constantFrom(0.3, 0.5, 1) }),
  },
  { weight: 1, arbitrary: record('dispute', { which: number }) },
  {
    weight: 1,
    arbitrary: record('decide', { which: number, verdict: fc.constantFrom('won', 'lost') }),
  },
  { weight: 1, arbitrary: record('give credit', { which: number }) },
  { weight: 1, arbitrary: record('delete a customer', { who }) },
  {
    weight: 1,
    arbitrary: record('rename a product', { which: number, name: fc.constantFrom('Ultra', 'Max') }),
  },
  { weight: 1, arbitrary: record('reconcile', {}) },
  { weight: 8, arbitrary: record('let pass', { days }) },
)

/** Answers that are no failure of ours: what was asked for could not be done. */
const REFUSED = [402, 404, 409, 422]

/**
 * Does it, if it can be done at all.
 *
 * @throws Error where the server or Stripe fails instead of refusing.
 */
export async function perform(world: World, it: Action): Promise<void> {
  const { sandbox, stripe } = world.parts
  const person = 'who' in it ? world.people[it.who % world.people.length] : undefined
  switch (it.do) {
    case 'sign up':
      return world.signUp()
    case 'buy':
      return buy(world, person, it)
    case 'come back':
      return comeBack(world, person)
    case 'cancel':
      return void (await ask(world, person, 'subscription/cancel', { when: it.when }))
    case 'resume':
      return void (await ask(world, person, 'subscription/resume', {}))
    case 'change plan': {
      const productId = pick(await world.offers(), it.what)?.id
      const change = { productId, quantity: it.quantity, preview: it.preview }
      return void (await ask(world, person, 'subscription/change', change))
    }
    case 'cancel in the portal':
      return cancelInPortal(world, person, it.which)
    case 'change card in the portal': {
      const url = await portalOf(world, person)
      return url ? fillIn(url, it.card, { action: 'payment_method' }) : undefined
    }
    case 'refund': {
      const charge = pick(await paidCharges(stripe), it.which)
      if (!charge) return
      const amount = Math.max(1, Math.floor(charge.amount * it.share))
      return unlessRefused(stripe.refunds.create({ charge: charge.id, amount }))
    }
    case 'dispute': {
      const charge = pick(await paidCharges(stripe), it.which)
      if (charge && !charge.disputed && !charge.refunded) sandbox.dispute(charge.id)
      return
    }
    case 'decide': {
      const open = (await everyOf(stripe.disputes)).filter(
        ({ status }) => status === 'needs_response',
      )
      const dispute = pick(open, it.which)
      if (dispute) sandbox.decideDispute(dispute.id, it.verdict)
      return
    }
    case 'give credit': {
      const invoice = pick(
        (await everyOf(stripe.invoices)).filter(({ status }) => status === 'open'),
        it.which,
      )
      const line = invoice?.lines.data[0]
      if (!invoice || !line) return
      return unlessRefused(stripe.creditNotes.create({ invoice: invoice.id, amount: 100 }))
    }
    case 'delete a customer': {
      const [customer] = (await everyOf(stripe.customers)).filter(
        ({ metadata }) => metadata.account_id === person?.id,
      )
      return customer ? unlessRefused(stripe.customers.del(customer.id)) : undefined
    }
    case 'rename a product': {
      const plans = (await everyOf(stripe.products)).filter(
        ({ metadata }) => metadata['limit:runs'],
      )
      const product = pick(plans, it.which)
      if (product) await stripe.products.update(product.id, { name: it.name })
      return
    }
    case 'reconcile':
      return world.reconcile()
    case 'let pass':
      return world.pass(it.days)
  }
}

async function ask(
  world: World,
  person: Person | undefined,
  path: string,
  body: object,
): Promise<Answer | undefined> {
  if (!person) return undefined
  const answer = await world.ask(`/api/billing/${path}`, body, person.token)
  if (answer.status < 300) return answer
  if (REFUSED.includes(answer.status)) return undefined
  throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

async function buy(
  world: World,
  person: Person | undefined,
  { what, quantity, card }: Extract<Action, { do: 'buy' }>,
): Promise<void> {
  const productId = pick(await world.offers(), what)?.id
  const opened = await ask(world, person, 'checkout', { productId, quantity })
  const url = opened?.body.url
  if (card !== 'none' && typeof url === 'string') await fillIn(url, card)
}

async function comeBack(world: World, person: Person | undefined): Promise<void> {
  const rows = await world.rows<{ id: string }>('SELECT id FROM checkouts WHERE user_id = $1', [
    person?.id,
  ])
  for (const { id } of rows) {
    const { status } = await world.ask(`/api/billing/checkout/${id}`, undefined, person?.token)
    if (status !== 200) throw new Error(`the success page was answered ${status}`)
  }
}

async function portalOf(world: World, person: Person | undefined): Promise<string | undefined> {
  const opened = await ask(world, person, 'portal', {})
  return typeof opened?.body.url === 'string' ? opened.body.url : undefined
}

async function cancelInPortal(world: World, person: Person | undefined, which: number) {
  const url = await portalOf(world, person)
  const subscriptions = await world.rows<{ id: string }>(
    'SELECT stripe_subscription_id AS id FROM subscriptions WHERE user_id = $1 ORDER BY created_at',
    [person?.id],
  )
  const subscription = pick(subscriptions, which)?.id
  if (!url || !subscription) return
  const body = new URLSearchParams({ action: 'cancel', subscription })
  await fetch(url, { method: 'POST', redirect: 'manual', body })
}

const paidCharges = async (stripe: Stripe) =>
  (await everyOf(stripe.charges)).filter(({ status }) => status === 'succeeded')

interface Listing<Item> {
  list(page: { limit: number }): { autoPagingToArray(most: { limit: number }): Promise<Item[]> }
}

/** Everything that Stripe lists, newest first. */
export const everyOf = <Item>(listing: Listing<Item>): Promise<Item[]> =>
  listing.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })

const pick = <Item>(items: readonly Item[], n: number): Item | undefined => items[n % items.length]

async function unlessRefused(done: Promise<unknown>): Promise<void> {
  try {
    await done
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return
    throw new Error(`Stripe fails: ${messageOf(error)}`, { cause: error })
  }
}
