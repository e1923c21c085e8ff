import type { ExecutionContext } from 'ava'
import type Stripe from 'stripe'
import { askAgent } from '../histories/ask-agent.js'
import { fillIn } from '../histories/cards.js'
import type { Stage } from '../histories/stage.js'
import type { Offer, Person } from '../histories/world.js'

/** Amounts by which the plans of the stage are known. */
export const [STARTER, PRO, PRO_YEARLY] = [900, 2900, 29_000] as const

/** How to pause so that nothing is given back for it, and the resumption costs a whole period. */
export const KEEPING = { bill_for: { unused_time_from: { type: 'none' } } } as const

export interface Shown {
  id: string
  plan: string
  status: string
  currentPeriodStart: string
  currentPeriodEnd: string
  cancelAtPeriodEnd: boolean
}

/** What a preview has shown, and a change is bound to. */
export interface Previewed {
  amountDue: number
  credit: number
  prorationDate: number
}

export interface ShownInvoice {
  status: string
  amountPaid: number
  pageUrl: string
}

/** A new Stripe, and somebody who has bought some seats of a plan there. */
export async function subscriber(
  t: ExecutionContext,
  stage: Stage,
  { plan, quantity = 1 }: { plan: number; quantity?: number },
) {
  t.timeout(120_000)
  const world = await stage.begin({ seed: t.title, chaos: {} })
  t.teardown(() => world.settle())
  const { stripe, sandbox } = world.parts
  await world.signUp()
  const { token } = world.people[0] as Person
  const offers = await world.offers()
  const idOf = (amount: number) =>
    (offers.find(({ unitAmount }) => unitAmount === amount) as Offer).id
  const ask = (path: string, body?: object, process?: number) =>
    world.ask(`/api/billing/${path}`, body, token, process)
  const opened = await ask('checkout', { productId: idOf(plan), quantity })
  await fillIn(String(opened.body.url), 'pays')
  const drained = async () => {
    await sandbox.drain()
    await world.handled()
  }
  await drained()
  const [customer] = (await stripe.customers.list()).data
  const [subscription] = (await stripe.subscriptions.list()).data
  if (!customer || !subscription) throw new Error('nothing was bought')
  const priceOf = async (amount: number) => {
    const { data: prices } = await stripe.prices.list({ limit: 100 })
    return prices.find(({ unit_amount }) => unit_amount === amount)?.id ?? ''
  }
  return {
    world,
    stripe,
    sandbox,
    ask,
    drained,
    customer: customer.id,
    subscription: subscription.id,
    atStripe: (): Promise<Stripe.Subscription> => stripe.subscriptions.retrieve(subscription.id),
    /** The amount of its plan at Stripe. */
    plan: async () =>
      (await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.unit_amount,
    shown: async () => (await ask('subscription')).body.subscription as Shown,
    change: (to: number, more: object = {}, process?: number) =>
      ask('subscription/change', { productId: idOf(to), ...more }, process),
    /** A change that is to cost what its preview has shown. */
    async changeAsShown(to: number) {
      const { body } = await ask('subscription/change', { productId: idOf(to), preview: true })
      const { amountDue, credit, prorationDate } = body.preview as Previewed
      const shown = { amountDue, credit, prorationDate }
      return () => ask('subscription/change', { productId: idOf(to), shown })
    },
    /** Lets time pass until so many seconds before the end of its period. */
    async beforeItsEnd(seconds: number) {
      const { items } = await stripe.subscriptions.retrieve(subscription.id)
      const end = items.data[0]?.current_period_end ?? 0
      sandbox.advance({ seconds: end - sandbox.now - seconds })
    },
    /** Cancels at the end of its period as Stripe's portal does: by the date alone. */
    async cancelByPortal() {
      const { items } = await stripe.subscriptions.retrieve(subscription.id)
      const cancel_at = items.data[0]?.current_period_end ?? 0
      await stripe.subscriptions.update(subscription.id, { cancel_at })
      await drained()
    },
    /** Does something at Stripe of which no webhook tells. */
    async unheard(work: () => Promise<void>) {
      sandbox.chaos({ lose: 1 })
      await work()
      await sandbox.drain()
      sandbox.chaos({ lose: 0 })
    },
    /** Has an agent use what changes an item of this subscription, the first one; the code where that is refused. */
    async agentOf(to: number, more: { itemId?: string; quantity?: number } = {}) {
      const found = await stripe.subscriptions.retrieve(subscription.id)
      const change = {
        subscriptionId: subscription.id,
        itemId: found.items.data[0]?.id ?? '',
        priceId: await priceOf(to),
        ...more,
      }
      const told = (error: unknown) => (error as { code?: string }).code
      return {
        change: () => askAgent(world, (it, ctx) => ctx.tool(it.changePlan, change).catch(told)),
        preview: () =>
          askAgent(world, (it, ctx) => ctx.tool(it.previewPlanChange, change).catch(told)),
      }
    },
    /** Cancels what it has, loses its cards, and begins a trial of the smallest plan. */
    async tryWithoutCard(end: 'pause' | 'cancel'): Promise<string> {
      await ask('subscription/cancel', { when: 'now' })
      const cards = await stripe.paymentMethods.list({ customer: customer.id })
      for (const { id } of cards.data) await stripe.paymentMethods.detach(id)
      const { id } = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: await priceOf(STARTER) }],
        trial_period_days: 14,
        trial_settings: { end_behavior: { missing_payment_method: end } },
      })
      return id
    },
    /** Refunds the newest charge, all of it or a part. */
    async refund(amount?: number) {
      const [charge] = (await stripe.charges.list({ customer: customer.id })).data
      const part = amount === undefined ? {} : { amount }
      await stripe.refunds.create({ charge: charge?.id ?? '', ...part })
      await drained()
    },
    /** How many of its invoices were paid with this amount. */
    async timesPaid(amount: number) {
      const { data } = await stripe.invoices.list({ subscription: subscription.id })
      return data.filter(({ amount_paid }) => amount_paid === amount).length
    },
    invoices: async () => (await ask('invoices')).body.invoices as ShownInvoice[],
    async balance() {
      const found = await stripe.customers.retrieve(customer.id)
      return found.deleted ? undefined : found.balance
    },
    /** From now on renewals are paid by another card. */
    async payBy(card: 'pm_card_visa' | 'pm_card_chargeCustomerFail') {
      const { id } = await stripe.paymentMethods.attach(card, { customer: customer.id })
      await stripe.subscriptions.update(subscription.id, { default_payment_method: id })
    },
  }
}
