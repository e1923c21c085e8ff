import { freePort } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { startServer, temporaryHome, type Server } from '../programs.js'
import { pageTest } from './browser.js'

const account = { email: 'ada@example.com', password: 'correct horse battery' }

let server: Server
let clock: string
let removeHome: () => Promise<void>
test.before(async () => {
  const { home, remove } = await temporaryHome()
  removeHome = remove
  const STRIPE_SANDBOX_PORT = String(await freePort())
  clock = `http://127.0.0.1:${STRIPE_SANDBOX_PORT}/_sandbox/clock`
  server = await startServer({
    TITANFORGE_HOME: home,
    STRIPE_SANDBOX: undefined,
    STRIPE_SANDBOX_PORT,
  })
})
test.after.always(async () => {
  await server.end('SIGTERM')
  await removeHome()
})

/** Calls the API, with a body as POST. */
async function call(path: string, token?: string, body?: object): Promise<unknown> {
  const answer = await fetch(server.url + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return answer.json()
}

async function signUp(): Promise<string> {
  await call('/api/auth/register', undefined, account)
  return waitFor(async () => {
    const answer = await call('/api/auth/login', undefined, account)
    return (answer as { accessToken?: string }).accessToken
  })
}

async function openCheckout(token: string, name: string, interval: string): Promise<string> {
  interface Product {
    id: string
    name: string
    interval: string | null
  }
  // The first start fetches the catalogue of the offline Stripe.
  const product = await waitFor(async () => {
    const { products } = (await call('/api/products')) as { products: Product[] }
    return products.find((one) => one.name === name && one.interval === interval)
  })
  const { url } = (await call('/api/billing/checkout', token, { productId: product.id })) as {
    url: string
  }
  return url
}

pageTest('a person pays, changes their mind in the portal, and a year passes', async (t, page) => {
  const token = await signUp()
  await page.goto(await openCheckout(token, 'Pro', 'month'))
  await page.getByText('$29.00 / month').waitFor()
  t.is(await page.getByLabel('E-mail').inputValue(), account.email)

  await page.getByLabel('Card number').fill('4000 0000 0000 0002')
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await page.getByRole('alert').getByText('Your card was declined').waitFor()
  t.like(await call('/api/entitlements', token), { plans: [] })

  await page.getByLabel('Card number').fill('4242 4242 4242 4242')
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await page.waitForURL(
    ({ pathname, searchParams }) => pathname === '/billing/success' && searchParams.has('checkout'),
    { waitUntil: 'commit' },
  )
  const entitled = async () => {
    const { plans } = (await call('/api/entitlements', token)) as { plans: string[] }
    return plans.includes('Pro')
  }
  await waitFor(entitled)

  const scheduledEnd = async () => {
    const { subscription } = (await call('/api/billing/subscription', token)) as {
      subscription: { scheduledEnd: string | null }
    }
    return subscription.scheduledEnd
  }
  const { url } = (await call('/api/billing/portal', token, {})) as { url: string }
  await page.goto(url)
  t.false(await page.getByLabel('IBAN').isVisible())
  await page.getByRole('button', { name: 'Cancel the plan' }).click()
  await waitFor(async () => (await scheduledEnd()) !== null)
  await page.getByRole('button', { name: 'Keep the plan' }).click()
  await waitFor(async () => (await scheduledEnd()) === null)
  await page.getByRole('link', { name: 'Back' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/billing', { waitUntil: 'commit' })

  await page.goto(clock)
  await page.getByRole('button', { name: 'A year' }).click()
  await page.getByText('invoice.paid').first().waitFor()
  const invoices = await waitFor(async () => {
    const { invoices } = (await call('/api/billing/invoices', token)) as {
      invoices: { status: string; amountPaid: number }[]
    }
    const paid = invoices.filter(({ status }) => status === 'paid')
    // The last period begins just now: its invoice is a draft for an hour.
    return paid.length >= 12 && paid
  })
  t.true(invoices.every(({ amountPaid }) => amountPaid === 2900))
  t.true(await entitled())
})
