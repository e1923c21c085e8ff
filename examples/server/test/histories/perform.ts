import { messageOf } from '@titanforge/core'
import Stripe from 'stripe'
import type { Action, Purchase } from './action.js'
import { askAgent } from './ask-agent.js'
import { fillIn } from './cards.js'
import { everyOf } from './every-of.js'
import { isRefused } from './is-refused.js'
import type { Answer, Person, World } from './world.js'

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
    case 'buy from an agent':
      return buyFromAgent(world, person, it)
    case 'look at two in tabs': {
      const offers = await world.offers()
      const tabs = [pick(offers, it.what), pick(offers, it.what + 1)]
      const look = (productId?: string) =>
        ask(world, person, 'checkout', { productId, quantity: it.quantity })
      await Promise.all(tabs.map((offer) => look(offer?.id)))
      return
    }
    case 'have an agent cancel':
    case 'have an agent resume': {
      const subscriptionId = pick(await subscriptionsOf(world, person), it.which)?.id
      if (!subscriptionId) return
      return void (await askAgent(world, (tools, ctx) =>
        it.do === 'have an agent resume'
          ? ctx.tool(tools.resumeSubscription, { subscriptionId })
          : ctx.tool(tools.cancelSubscription, { subscriptionId, when: 'period_end' }),
      ))
    }
    case 'come back':
      return comeBack(world, person)
    case 'cancel': {
      const order = { ...(await named(world, person, it.which)), when: it.when }
      return void (await ask(world, person, 'subscription/cancel', order))
    }
    case 'resume': {
      const order = await named(world, person, it.which)
      return void (await ask(world, person, 'subscription/resume', order))
    }
    case 'pause': {
      // As an operator does in Stripe's dashboard.
      const id = pick(await everyOf(stripe.subscriptions), it.which)?.id
      return id ? unlessRefused(stripe.subscriptions.pause(id, {})) : undefined
    }
    case 'change plan': {
      const productId = pick(await world.offers(), it.what)?.id
      const subscription = await named(world, person, it.which)
      const change = { productId, ...subscription, quantity: it.quantity, preview: it.preview }
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
  if (isRefused(answer.status)) return undefined
  throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

async function buy(
  world: World,
  person: Person | undefined,
  { what, quantity, card, code: promotionCode }: Purchase,
): Promise<void> {
  const productId = pick(await world.offers(), what)?.id
  const opened = await ask(world, person, 'checkout', { productId, quantity, promotionCode })
  const url = opened?.body.url
  if (card !== 'none' && typeof url === 'string') await fillIn(url, card)
}

async function buyFromAgent(
  world: World,
  person: Person | undefined,
  { what, quantity, card, code: promotionCode }: Purchase,
): Promise<void> {
  const [offer] = await world.rows<{ price: string }>(
    'SELECT stripe_price_id AS price FROM products WHERE id = $1',
    [pick(await world.offers(), what)?.id],
  )
  if (!person || !offer) return
  const order = { userId: person.id, priceId: offer.price, quantity, promotionCode }
  const opened = await askAgent(world, async (tools, ctx) => {
    await ctx.tool(tools.createCustomer, { userId: person.id })
    return ctx.tool(tools.createCheckoutSession, order)
  })
  if (card !== 'none' && opened) await fillIn(opened.url, card)
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
  const subscription = pick(await subscriptionsOf(world, person), which)?.id
  if (!url || !subscription) return
  const body = new URLSearchParams({ action: 'cancel', subscription })
  await fetch(url, { method: 'POST', redirect: 'manual', body })
}

const subscriptionsOf = (world: World, person: Person | undefined) =>
  world.rows<{ id: string }>(
    'SELECT stripe_subscription_id AS id FROM subscriptions WHERE user_id = $1 ORDER BY created_at',
    [person?.id],
  )

/** Says which of several subscriptions is meant. Who has one need not. */
async function named(world: World, person: Person | undefined, which: number) {
  const alive = await world.rows<{ id: string }>(
    `SELECT id FROM subscriptions
     WHERE user_id = $1 AND status NOT IN ('canceled', 'incomplete_expired') ORDER BY created_at`,
    [person?.id],
  )
  return alive.length > 1 ? { subscriptionId: pick(alive, which)?.id } : {}
}

const paidCharges = async (stripe: Stripe) =>
  (await everyOf(stripe.charges)).filter(({ status }) => status === 'succeeded')

const pick = <Item>(items: readonly Item[], n: number): Item | undefined => items[n % items.length]

async function unlessRefused(done: Promise<unknown>): Promise<void> {
  try {
    await done
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return
    throw new Error(`Stripe fails: ${messageOf(error)}`, { cause: error })
  }
}
