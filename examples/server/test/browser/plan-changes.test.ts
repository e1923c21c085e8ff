import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import type { Page } from 'playwright-core'
import Stripe from 'stripe'
import { someAddress } from '../security/people.js'
import { KEEPING } from '../billing/subscriber.js'
import { pageTest } from './browser.js'
import { buy, look, settled, signUp, startEverything, type Running } from './dashboard.js'

let app: Running
let stripe: Stripe
test.before(async () => {
  app = await startEverything()
  const port = Number(app.env.STRIPE_SANDBOX_PORT)
  stripe = new Stripe('sk_test_sandbox', { host: '127.0.0.1', port, protocol: 'http' })
})
test.after.always(() => app.stop())

/** Somebody who has bought Pro by the month, and their subscription as Stripe has it. */
async function subscriber(page: Page): Promise<{ customer: string; subscription: string }> {
  const email = someAddress()
  await signUp(page, app.url, email)
  await buy(page, app.url, /Buy Pro for \$.*month/)
  await page.getByText('You have Pro.').waitFor()
  const [customer] = (await stripe.customers.list({ email })).data
  const [subscription] = (await stripe.subscriptions.list({ customer: customer?.id ?? '' })).data
  return { customer: customer?.id ?? '', subscription: subscription?.id ?? '' }
}

/** Opens a page until it shows what Stripe has told the server meanwhile. */
const shows = (page: Page, path: string, text: string | RegExp) =>
  waitFor(
    async () => {
      await page.goto(`${app.url}${path}`)
      await settled(page)
      return (await page.getByText(text).count()) > 0
    },
    { what: `${path} to show ${String(text)}`, timeoutMs: 60_000 },
  )

/** What the page asks of the server for a subscription. */
function asked(page: Page) {
  const bodies: { verb: string; subscriptionId?: unknown }[] = []
  page.on('request', (request) => {
    const verb = /\/api\/billing\/subscription\/(\w+)$/.exec(request.url())?.[1]
    if (verb) bodies.push({ ...(request.postDataJSON() as object), verb })
  })
  return bodies
}

const changeTo = async (page: Page, plan: RegExp) => {
  await page.goto(`${app.url}/plans`)
  await page.getByRole('button', { name: plan }).click()
  await page.getByText('Due now').waitFor()
}

pageTest('a smaller plan shows its credit, and keeps more seats than are sold', async (t, page) => {
  const { subscription } = await subscriber(page)
  const bodies = asked(page)
  const [item] = (await stripe.subscriptions.retrieve(subscription)).items.data
  await stripe.subscriptions.update(subscription, {
    items: [{ id: item?.id ?? '', quantity: 1200 }],
    proration_behavior: 'always_invoice',
  })
  await changeTo(page, /Starter: Change to .*month/)
  await page.getByText('Credit for invoices to come').waitFor()
  await look(t, page, 'change-with-credit')
  await page.getByRole('button', { name: 'Change the plan' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page
    .getByRole('status')
    .getByText(/^Your plan is changed to Starter, \$9 \/ month\.$/)
    .waitFor()
  await page.getByRole('region', { name: 'Starter' }).getByText('Your price').waitFor()
  await look(t, page, 'changed-with-credit')
  t.like((await stripe.subscriptions.retrieve(subscription)).items.data[0], {
    quantity: 1200,
    price: { unit_amount: 900 },
  })

  await page.goto(`${app.url}/billing`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Cancel the subscription' }).click()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText(/It renews on/).waitFor()
  const ids = new Set(bodies.map(({ subscriptionId }) => subscriptionId))
  t.deepEqual(new Set(bodies.map(({ verb }) => verb)), new Set(['change', 'cancel', 'resume']))
  t.is(ids.size, 1)
  t.regex(String([...ids][0]), /^[0-9a-f-]{36}$/, 'what is shown is what is changed')
})

pageTest(
  'a resumption whose card is declined says so and leads to its invoice',
  async (t, page) => {
    const { customer, subscription } = await subscriber(page)
    await stripe.subscriptions.pause(subscription, KEEPING)
    const { id } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
    await stripe.subscriptions.update(subscription, { default_payment_method: id })
    await shows(page, '/billing', 'It is paused.')
    await page.getByRole('button', { name: 'Resume' }).click()
    await page
      .getByRole('alert')
      .getByText(/declined/)
      .waitFor()
    await page
      .getByRole('region', { name: 'Invoices' })
      .getByText('Open', { exact: true })
      .first()
      .waitFor()
    await look(t, page, 'resumption-declined')
    const href = await page.getByRole('link', { name: 'Pay the invoice' }).getAttribute('href')
    await page.goto(href ?? '')
    await page.locator('[name=number]').fill('4242 4242 4242 4242')
    await page.locator('button[type=submit], form button').first().click()
    await page.getByRole('button', { name: /pay/i }).waitFor({ state: 'detached' })
    await shows(page, '/billing', /It renews on/)
    t.is((await stripe.subscriptions.retrieve(subscription)).status, 'active')
  },
)

pageTest('who has a subscription is offered plans in its currency', async (t, page) => {
  const [pro] = (await stripe.products.list({ limit: 100 })).data.filter(
    ({ name }) => name === 'Pro',
  )
  await stripe.prices.create({
    ...{ product: pro?.id ?? '', currency: 'eur', unit_amount: 3100 },
    recurring: { interval: 'month' },
  })
  await signUp(page, app.url, someAddress())
  await shows(page, '/plans', /€31/)
  await page.context().clearCookies()

  await subscriber(page)
  await page.goto(`${app.url}/plans`)
  await page.getByText(/^Your price: /).waitFor()
  t.is(await page.getByText('€').count(), 0)
  t.true((await page.getByRole('button', { name: /Change to \$/ }).count()) > 1)
})

pageTest('what is paused is offered no other plan until it is resumed', async (t, page) => {
  const { subscription } = await subscriber(page)
  await stripe.subscriptions.pause(subscription, {})
  await shows(page, '/billing', 'It is paused.')
  t.is(await page.getByRole('link', { name: 'Change the plan' }).count(), 0)
  await shows(page, '/plans', 'Resume your subscription')
  await look(t, page, 'plans-while-paused')
  t.is(await page.getByRole('button', { name: /Change to/ }).count(), 0)
  await page.getByRole('link', { name: 'Resume your subscription' }).first().click()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText(/It renews on/).waitFor()
  await page.goto(`${app.url}/plans`)
  await page.getByRole('button', { name: /Starter: Change to .*month/ }).waitFor()
})
