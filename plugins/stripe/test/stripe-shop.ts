import { stripeStandIn, type ApiRequest, type StripeStandIn } from './stripe-stand-in.js'

interface Session {
  id: string
  object: 'checkout.session'
  status: 'open' | 'complete' | 'expired'
  payment_status: 'paid' | 'unpaid'
  url: string
  metadata: Record<string, string>
  [field: string]: unknown
}

export interface StripeShop extends StripeStandIn {
  sessions: Session[]
  customers: { id: string; email: string | null }[]
  /** What happens while a page is in the making; each once. */
  whileOpening: (() => Promise<void>)[]
  /** What the customer does on a payment page. */
  complete(id: string, paymentStatus?: 'paid' | 'unpaid'): Session
}

/** The part of Stripe that sells: customers and payment pages, with a state. */
export async function stripeShop(): Promise<StripeShop> {
  const api = await stripeStandIn()
  const sessions: Session[] = []
  const customers: StripeShop['customers'] = []
  const whileOpening: StripeShop['whileOpening'] = []
  const find = (id: string | undefined) => sessions.find((session) => session.id === id)

  api.behaviours.push(async ({ method, path, body }) => {
    if (method === 'POST' && path === '/v1/customers') {
      // Long enough that others ask meanwhile.
      await new Promise((resolve) => setImmediate(resolve))
      const customer = {
        id: `cus_shop_${customers.length + 1}`,
        object: 'customer',
        email: body.get('email'),
        metadata: metadataOf(body),
      }
      customers.push(customer)
      return customer
    }
    if (method === 'POST' && path === '/v1/checkout/sessions') {
      const session = newSession(sessions.length + 1, body)
      sessions.push(session)
      await whileOpening.shift()?.()
      return session
    }
    return undefined
  })
  api.behaviours.push(({ path }) => {
    const [, id, verb] = /^\/v1\/checkout\/sessions\/(\w+)(\/expire)?$/.exec(path) ?? []
    const session = find(id)
    if (!session || !verb) return session
    if (session.status !== 'open') return notOpen(session.status)
    session.status = 'expired'
    return session
  })
  return Object.assign(api, {
    sessions,
    customers,
    whileOpening,
    complete(id: string, paymentStatus: 'paid' | 'unpaid' = 'paid') {
      const session = find(id)
      if (!session) throw new Error(`no session ${id}`)
      return Object.assign(session, { status: 'complete', payment_status: paymentStatus })
    },
  })
}

function newSession(number: number, body: ApiRequest['body']): Session {
  const mode = body.get('mode')
  return {
    id: `cs_shop_${number}`,
    object: 'checkout.session',
    mode,
    status: 'open',
    payment_status: 'unpaid',
    url: `https://pay.test/cs_shop_${number}`,
    customer: body.get('customer'),
    client_reference_id: body.get('client_reference_id'),
    payment_intent: mode === 'payment' ? `pi_shop_${number}` : null,
    invoice: null,
    subscription: null,
    amount_total: 2500,
    currency: 'usd',
    livemode: false,
    created: 1_790_000_000,
    metadata: metadataOf(body),
  }
}

const notOpen = (status: string) => ({
  error: { type: 'invalid_request_error', message: `The session is ${status}.` },
})

const metadataOf = (body: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...body].flatMap(([key, value]) => {
      const name = /^metadata\[(.+)\]$/.exec(key)?.[1]
      return name ? [[name, value]] : []
    }),
  )
