import type { ExecutionContext } from 'ava'
import Stripe from 'stripe'
import { startStripeSandbox, type SandboxOptions, type StripeSandbox } from '../../src/index.js'
import { answerProblems, eventProblems } from './schemas.js'

/** A sandbox with a client whose every answer is checked against the pinned version. */
export interface Checked {
  sandbox: StripeSandbox
  stripe: Stripe
  /** What was wrong with an answer so far. */
  problems: string[]
  /** The operations that were answered, as `METHOD path`. */
  answered: Set<string>
}

/** Starts a sandbox that ends with the test, and is checked then: every answer, every event. */
export async function checkedSandbox(
  t: ExecutionContext,
  options: SandboxOptions = {},
): Promise<Checked> {
  const sandbox = await startStripeSandbox({ port: 0, seed: t.title, ...options })
  const problems: string[] = []
  const answered = new Set<string>()
  const stripe = clientOf(sandbox, async (...request) => {
    const response = await fetch(...request)
    const [url, { method = 'GET' } = {}] = request as [string | URL, RequestInit?]
    const { pathname } = new URL(url)
    const body: unknown = await response.clone().json()
    answered.add(`${method} ${pathname}`)
    for (const problem of answerProblems(method, pathname, response.status, body))
      problems.push(`${method} ${pathname} ${response.status}: ${problem}`)
    return response
  })
  t.teardown(() => sandbox.stop())
  return { sandbox, stripe, problems, answered }
}

export function clientOf(
  { url, key }: Pick<StripeSandbox, 'url' | 'key'>,
  fetchFn: typeof fetch = fetch,
): Stripe {
  const { hostname: host, port } = new URL(url)
  const httpClient = Stripe.createFetchHttpClient(fetchFn)
  return new Stripe(key, { host, port, protocol: 'http', httpClient, maxNetworkRetries: 0 })
}

/** Every event that can still be read, oldest first. */
export async function eventsOf(stripe: Stripe): Promise<Stripe.Event[]> {
  const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })
  return events.reverse()
}

/** The types of the events since an event, without those of payment methods and intents that only begin. */
export async function typesSince(stripe: Stripe, since?: string): Promise<string[]> {
  const events = await eventsOf(stripe)
  const from = since === undefined ? 0 : events.findIndex(({ id }) => id === since) + 1
  return events.slice(from).map(({ type }) => type)
}

/** Fails where an answer or an event was not as the pinned version describes it. */
export async function assertValid(
  t: ExecutionContext,
  { stripe, problems }: Checked,
): Promise<void> {
  t.deepEqual(problems, [])
  for (const event of await eventsOf(stripe))
    t.deepEqual(eventProblems(JSON.parse(JSON.stringify(event)) as never), [])
}

/** A monthly price of a new product, in cents. */
export async function monthly(stripe: Stripe, amount = 2000): Promise<Stripe.Price> {
  return stripe.prices.create({
    product_data: { name: `Plan of ${amount}` },
    unit_amount: amount,
    currency: 'usd',
    recurring: { interval: 'month' },
  })
}

/** A customer who pays with a test card, such as `pm_card_visa`. */
export const customerWith = (
  stripe: Stripe,
  card = 'pm_card_visa',
  more: Stripe.CustomerCreateParams = {},
): Promise<Stripe.Customer> =>
  stripe.customers.create({
    email: 'ada@example.com',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
    ...more,
  })

/** From now on a customer pays with another test card. */
export async function payWith(stripe: Stripe, customer: string, card: string): Promise<void> {
  const { id } = await stripe.paymentMethods.attach(card, { customer })
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } })
}

/** Fills the hosted page of a checkout session in. */
export const pay = (url: string, form: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'ada@example.com', number: '4242 4242 4242 4242', ...form }),
  })
