import test from 'ava'
import { application } from './application.js'
import { stripeStandIn, type ApiRequest } from './stripe-stand-in.js'

interface Kept {
  id: string
  active: boolean
  metadata: Record<string, string>
  [field: string]: unknown
}

const api = await stripeStandIn()
const products = new Map<string, Kept>()
const prices = new Map<string, Kept>()

const metadataIn = (body: URLSearchParams) =>
  [...body].flatMap(([key, value]) => {
    const name = /^metadata\[(.+)\]$/.exec(key)?.[1]
    return name ? [[name, value] as const] : []
  })
/** As Stripe does: what is sent is set, and an empty value takes an entry of the metadata away. */
function write(kept: Kept, body: URLSearchParams): Kept {
  const metadata = Object.fromEntries(
    Object.entries({ ...kept.metadata, ...Object.fromEntries(metadataIn(body)) }).filter(
      ([, value]) => value !== '',
    ),
  )
  const set = Object.fromEntries(
    ['name', 'description', 'lookup_key', 'product', 'currency'].flatMap((field) =>
      body.has(field) ? [[field, body.get(field)]] : [],
    ),
  )
  const active = body.has('active') ? body.get('active') === 'true' : kept.active
  return Object.assign(kept, set, { metadata, active })
}
const fresh = (id: string, object: string): Kept => ({
  ...{ id, object, active: true, metadata: {}, livemode: false, description: null },
})

function productsApi({ method, path, body }: ApiRequest) {
  if (!path.startsWith('/v1/products')) return undefined
  const id = path.split('/')[3] ?? body.get('id') ?? ''
  if (method === 'GET') return products.get(id)
  const product = write(products.get(id) ?? fresh(id, 'product'), body)
  products.set(id, product)
  return product
}

function pricesApi({ method, path, query, body }: ApiRequest) {
  if (!path.startsWith('/v1/prices')) return undefined
  const id = path.split('/')[3]
  if (method === 'GET' && id) return prices.get(id)
  if (method === 'GET') {
    const data = [...prices.values()].filter(
      (it) => it.product === query.get('product') && it.active,
    )
    return { object: 'list', data, has_more: false }
  }
  const known = id && prices.get(id)
  if (known) return write(known, body)
  for (const it of prices.values())
    if (it.lookup_key === body.get('lookup_key')) it.lookup_key = null
  const price = write(fresh(`price_${prices.size + 1}`, 'price'), body)
  const interval = body.get('recurring[interval]')
  Object.assign(price, {
    unit_amount: Number(body.get('unit_amount')),
    recurring: interval && { interval, interval_count: 1, usage_type: 'licensed' },
  })
  prices.set(price.id, price)
  return price
}
api.behaviours.push(productsApi, pricesApi)
test.after.always(() => api.close())

const pro = {
  key: 'pro',
  name: 'Pro',
  features: ['agents'],
  limits: { runs: 100 },
  trialDays: 14,
  prices: [
    { unitAmount: 2000, interval: 'month' as const },
    { unitAmount: 1800, currency: 'eur', interval: 'month' as const },
  ],
}
const pack = { key: 'pack', name: 'Pack', workflow: 'render', prices: [{ unitAmount: 500 }] }

/** Pushes the plans. Resolves with what was printed, and the catalogue that people see. */
async function push(plans: object[]) {
  const config = { secretKey: 'sk_test_of_the_tests', apiBase: api.url, plans: plans as never }
  const app = await application(config)
  try {
    const lines: string[] = []
    await app.forge.command(['stripe:catalog:push'], (line) => lines.push(line))
    const { body } = await app.send('/api/products')
    return { lines, catalogue: body.products as Record<string, unknown>[] }
  } finally {
    await app.close()
  }
}
const changes = () => api.requests.filter(({ method }) => method === 'POST').length

test.serial(
  'plans become products and prices at Stripe, and are for sale here at once',
  async (t) => {
    const { catalogue } = await push([pro, pack])
    t.deepEqual([...products.keys()], ['plan_pro', 'plan_pack'])
    t.deepEqual(products.get('plan_pro')?.metadata, {
      'feature:agents': 'true',
      'limit:runs': '100',
      plan: 'pro',
      trial_days: '14',
    })
    t.like(
      catalogue.map(({ name, currency, unitAmount, type }) => [name, currency, unitAmount, type]),
      [
        ['Pack', 'usd', 500, 'one_time_purchase'],
        ['Pro', 'eur', 1800, 'subscription'],
        ['Pro', 'usd', 2000, 'subscription'],
      ],
    )
    t.like(catalogue[1], { features: ['agents'], limits: { runs: 100 }, trialDays: 14 })
  },
)

test.serial('pushing again changes nothing', async (t) => {
  const before = changes()
  const { lines } = await push([pro, pack])
  t.is(changes(), before)
  t.is(lines.length, 1)
})

test.serial('another amount is another price, and the old one is archived', async (t) => {
  const dearer = { ...pro, limits: {}, prices: [{ unitAmount: 2500, interval: 'month' }] }
  const { lines } = await push([dearer, pack])
  t.deepEqual(lines.slice(0, 3), ['created price_4', 'updated plan_pro', 'archived price_1'])
  t.is(lines[3], 'archived price_2', 'the plan has no price in euros any more')
  t.false('limit:runs' in (products.get('plan_pro')?.metadata ?? {}))
  t.is(prices.get('price_1')?.active, false)
  t.like(prices.get('price_4'), { active: true, unit_amount: 2500, lookup_key: 'pro:usd:month:1' })
})

test.serial('a push that was cut short is made whole by the next', async (t) => {
  const plan = { key: 'cut', name: 'Cut', prices: [{ unitAmount: 700 }] }
  await push([plan])
  const old = [...prices.values()].at(-1)
  // Made, and then stopped: the old one is still for sale, without the key that says what it is.
  const cut = ({ path }: ApiRequest) =>
    path === `/v1/prices/${old?.id}`
      ? { error: { type: 'invalid_request_error', message: 'no' } }
      : undefined
  api.behaviours.unshift(cut)
  const dearer = { ...plan, prices: [{ unitAmount: 900 }] }
  await t.throwsAsync(push([dearer]), { code: 'STRIPE_REFUSED' })
  api.behaviours.splice(api.behaviours.indexOf(cut), 1)
  t.like(old, { active: true, lookup_key: null })
  const { lines } = await push([dearer])
  t.deepEqual(lines.slice(0, 1), [`archived ${old?.id}`])
  t.is(old?.active, false)
})

test.serial('a price that somebody made by hand stays for sale', async (t) => {
  const handmade = { ...fresh('price_by_hand', 'price'), product: 'plan_pack', currency: 'usd' }
  prices.set(handmade.id, Object.assign(handmade, { unit_amount: 100, recurring: null }))
  await push([pack])
  t.true(handmade.active)
})

test.serial('plans that contradict each other stop the start, and say where', async (t) => {
  await t.throwsAsync(push([pro, pro]), {
    code: 'CONFIG_INVALID',
    message: /plans\.1\.key: another plan has this key/,
  })
  const twice = { ...pack, prices: [{ unitAmount: 1 }, { unitAmount: 2 }] }
  await t.throwsAsync(push([twice]), {
    code: 'CONFIG_INVALID',
    message: /plans\.0\.prices\.1: another price/,
  })
})
