import { inspect } from 'node:util'
import { createForge, defineAgent, type RunContext, type Tool } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import { ReturnUrls } from '../src/checkout/return-urls.js'
import { StripeGateway } from '../src/gateway.js'
import { catalogueTools } from '../src/tools/catalogue-tools.js'
import { moneyTools } from '../src/tools/money-tools.js'
import { subscriptionTools } from '../src/tools/subscription-tools.js'
import { SubscriptionLocks } from '../src/subscriptions/subscription-locks.js'
import { application } from './application.js'
import { stripeStandIn } from './stripe-stand-in.js'

// For the locks that people and agents share.
const app = await application()
test.after.always(() => app.close())

const urls = new ReturnUrls({ allowedOrigins: [] }, () => 'https://forge.example')

async function agentWithTools(t: ExecutionContext) {
  const api = await stripeStandIn()
  t.teardown(() => api.close())
  const gateway = new StripeGateway({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
  const { log } = captureLog()
  const tools = {
    ...catalogueTools(gateway),
    ...subscriptionTools({ gateway, locks: new SubscriptionLocks(app.db, log), urls }),
    ...moneyTools(gateway),
  }
  // Nothing was paid for the running period.
  api.objects.set('/v1/invoices', { object: 'list', data: [], has_more: false })
  api.objects.set('/v1/invoiceitems', { object: 'list', data: [], has_more: false })
  const forge = createForge({ plugins: [], log })
  const call = <Result>(use: (ctx: RunContext) => Promise<Result>) => {
    const agent = defineAgent({
      name: 'tester',
      description: 'Calls one tool.',
      tools: Object.values(tools),
      input: z.undefined(),
      output: z.custom<Result>(),
      run: (_input, ctx) => use(ctx),
    })
    return forge.run(agent, undefined)
  }
  return { api, tools, call }
}

const PERIOD = { current_period_start: 1_790_000_000, current_period_end: 1_792_592_000 }

test('a subscription is read, and cancelled at the end of its period or now', async (t) => {
  const { api, tools, call } = await agentWithTools(t)
  api.objects.set('/v1/subscriptions/sub_1', {
    id: 'sub_1',
    object: 'subscription',
    status: 'active',
    cancel_at_period_end: true,
    ended_at: null,
  })
  const input = { subscriptionId: 'sub_1' }
  const expected = { id: 'sub_1', status: 'active', cancelAtPeriodEnd: true }
  t.deepEqual(await call((ctx) => ctx.tool(tools.retrieveSubscription, input)), expected)
  const atEnd = () =>
    call((ctx) => ctx.tool(tools.cancelSubscription, { ...input, when: 'period_end' }))
  t.deepEqual(await atEnd(), expected)
  t.deepEqual(
    api.requests.map(({ method }) => method),
    ['GET', 'GET'],
    'it ends then already',
  )
  const { cancelAtPeriodEnd, ...running } = expected
  const object = { ...running, object: 'subscription', ended_at: null }
  api.objects.set('/v1/subscriptions/sub_1', { ...object, cancel_at_period_end: false })
  t.true(cancelAtPeriodEnd)
  t.is((await atEnd()).status, 'active')
  t.deepEqual(await call((ctx) => ctx.tool(tools.cancelSubscription, { ...input, when: 'now' })), {
    ...expected,
    cancelAtPeriodEnd: false,
  })
  t.deepEqual(api.requests.map(({ method }) => method).slice(2), ['GET', 'POST', 'GET', 'DELETE'])
})

test('a plan is a product and a price', async (t) => {
  const { api, tools, call } = await agentWithTools(t)
  api.objects.set('/v1/products', { id: 'prod_1', object: 'product' })
  api.objects.set('/v1/prices', { id: 'price_1', object: 'price' })
  const plan = {
    name: 'Pro',
    unitAmount: 2000,
    currency: 'USD',
    interval: 'month' as const,
    metadata: { 'limit:runs': '5' },
  }
  t.deepEqual(await call((ctx) => ctx.tool(tools.createProductAndPrice, plan)), {
    productId: 'prod_1',
    priceId: 'price_1',
  })
  t.is(api.requests[1]?.body.get('unit_amount'), '2000')
  t.is(api.requests[1]?.body.get('currency'), 'usd')
  t.not(api.requests[0]?.idempotencyKey, api.requests[1]?.idempotencyKey)
})

test('a plan change is previewed, then made; a scheduled end is taken back', async (t) => {
  const { api, tools, call } = await agentWithTools(t)
  const now = 1_790_000_000
  const end = now + 9_000
  const subscription = {
    id: 'sub_1',
    object: 'subscription',
    customer: 'cus_1',
    status: 'active',
    currency: 'eur',
    cancel_at: end,
    cancel_at_period_end: false,
    latest_invoice: { id: 'in_1', object: 'invoice', status: 'paid' },
    items: {
      data: [
        {
          ...{ id: 'si_1', quantity: 1, price: { id: 'price_1' } },
          ...{ current_period_start: now - 9_000, current_period_end: end },
        },
      ],
    },
  }
  api.objects.set('/v1/subscriptions/sub_1', subscription)
  api.objects.set('/v1/prices/price_2', { id: 'price_2', object: 'price' })
  api.objects.set('/v1/invoices/create_preview', {
    amount_due: 700,
    total: 700,
    parent: { subscription_details: { subscription_proration_date: now } },
    lines: {
      data: [{ description: 'Rest of the month', amount: 700, period: { start: now, end } }],
    },
  })
  const change = { subscriptionId: 'sub_1', itemId: 'si_1', priceId: 'price_2', quantity: 2 }
  const preview = await call((ctx) => ctx.tool(tools.previewPlanChange, change))
  t.like(preview, { amountDue: 700, currency: 'eur', lines: [{ amount: 700 }] })
  const { amountDue, credit, prorationDate } = preview
  const shown = { amountDue, credit, prorationDate }
  t.like(await call((ctx) => ctx.tool(tools.changePlan, { ...change, shown })), {
    status: 'active',
  })
  t.is(api.requests.at(-1)?.body.get('proration_date'), String(prorationDate))
  t.is(api.requests.at(-1)?.body.get('items[0][price]'), 'price_2')
  await call((ctx) => ctx.tool(tools.resumeSubscription, { subscriptionId: 'sub_1' }))
  t.is(api.requests.at(-1)?.body.get('cancel_at'), '')
})

test('an agent changes no plan that is unpaid, or from a moment of its choice; a change that was made is done', async (t) => {
  const { api, tools, call } = await agentWithTools(t)
  const now = 1_790_000_000
  const has = (quantity: number, status = 'paid') =>
    api.objects.set('/v1/subscriptions/sub_1', {
      id: 'sub_1',
      object: 'subscription',
      customer: 'cus_1',
      status: 'active',
      cancel_at: null,
      cancel_at_period_end: false,
      latest_invoice: { id: 'in_1', object: 'invoice', status },
      items: {
        data: [
          {
            ...{ id: 'si_1', quantity, price: { id: 'price_1' } },
            ...{ current_period_start: now - 9_000, current_period_end: now + 9_000 },
          },
        ],
      },
    })
  api.objects.set('/v1/invoices/create_preview', {
    ...{ amount_due: 700, total: 700, lines: { data: [] } },
    parent: { subscription_details: { subscription_proration_date: now } },
  })
  api.objects.set('/v1/prices/price_1', { id: 'price_1', object: 'price' })
  const change = (prorationDate?: number) =>
    call((ctx) =>
      ctx.tool(tools.changePlan, {
        ...{ subscriptionId: 'sub_1', itemId: 'si_1', priceId: 'price_1', quantity: 2 },
        ...(prorationDate && { shown: { prorationDate, amountDue: 700, credit: 0 } }),
      }),
    )
  const changes = () =>
    api.requests.filter(({ path, body }) => path.endsWith('sub_1') && body.has('items[0][id]'))
      .length
  has(1, 'open')
  await t.throwsAsync(change(), { code: 'SUBSCRIPTION_UNPAID' })
  has(1)
  await t.throwsAsync(change(now - 601), { code: 'PREVIEW_OUTDATED' })
  await t.throwsAsync(change(now + 1), { code: 'PREVIEW_OUTDATED' })
  t.is(changes(), 0)
  await change(now - 600)
  t.is(changes(), 1)
  has(2)
  t.like(await change(now - 10_000), { id: 'sub_1' })
  t.is(changes(), 1)
})

test('what was resumed or canceled when the process died is found done, with the same key', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const path = '/v1/subscriptions/sub_1'
  const running = {
    id: 'sub_1',
    object: 'subscription',
    status: 'active',
    cancel_at: null,
    cancel_at_period_end: false,
    ended_at: null,
  }
  api.behaviours.push(({ method, path: asked }) => {
    if (method === 'POST' && asked === `${path}/resume`)
      api.objects.set(path, { ...running, cancel_at: 1_790_000_000 })
    else if (method === 'POST') api.objects.set(path, running)
    if (method === 'DELETE') {
      const { ended_at } = api.objects.get(path) as { ended_at: number | null }
      if (ended_at !== null) return { error: { type: 'invalid_request_error' } }
      api.objects.set(path, { ...running, status: 'canceled', ended_at: 1_790_000_000 })
    }
    return method === 'GET' ? undefined : api.objects.get(path)
  })
  const { signal } = new AbortController()
  const run = (tool: Tool<{ subscriptionId: string }>, more: object = {}) =>
    tool.run({ subscriptionId: 'sub_1', ...more }, {
      idempotencyKey: 'of the step',
      signal,
    } as RunContext)
  const posts = () => api.requests.filter(({ method }) => method === 'POST').map((it) => it.path)

  api.objects.set(path, { ...running, status: 'paused', cancel_at: 1_790_000_000 })
  const done = { id: 'sub_1', status: 'active', cancelAtPeriodEnd: false }
  t.deepEqual(await run(tools.resumeSubscription), done)
  t.deepEqual(posts(), [`${path}/resume`, path])
  const asked = api.requests.flatMap(({ body }) => [...body])
  t.deepEqual(asked, [
    // Without it Stripe would charge nothing in the request.
    ['payment_behavior', 'resume_on_payment_success'],
    ['cancel_at', ''],
  ])
  t.deepEqual(await run(tools.resumeSubscription), done)
  t.is(posts().length, 2)

  const cancel = tools.cancelSubscription as Tool<{ subscriptionId: string }>
  const over = { ...done, status: 'canceled' }
  t.deepEqual(await run(cancel, { when: 'now' }), over)
  t.deepEqual(await run(cancel, { when: 'now' }), over)
})

test('a call that was made again on other terms asks nothing a second time, and says so', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const path = '/v1/subscriptions/sub_again'
  api.objects.set(path, {
    id: 'sub_again',
    object: 'subscription',
    customer: 'cus_1',
    status: 'active',
    cancel_at: null,
    latest_invoice: { id: 'in_1', object: 'invoice', status: 'paid' },
    items: { data: [{ id: 'si_1', quantity: 1, price: { id: 'price_1' }, ...PERIOD }] },
  })
  api.objects.set('/v1/prices/price_2', { id: 'price_2', object: 'price' })
  const credit = { amount: -500, parent: { subscription_item_details: { proration: true } } }
  const preview = (data: object[]) =>
    api.objects.set('/v1/invoices/create_preview', {
      created: PERIOD.current_period_start,
      lines: { data },
    })
  const { signal } = new AbortController()
  const input = { subscriptionId: 'sub_again', itemId: 'si_1', priceId: 'price_2' }
  const change = () =>
    tools.changePlan.run(input, { idempotencyKey: 'of the change', signal } as RunContext)
  const posts = () =>
    api.requests.filter(({ method, path: at }) => method === 'POST' && at === path)

  preview([])
  // Stripe has it; its answer does not come.
  const answers: object[] = [{ status: 500, error: { type: 'api_error', message: 'lost' } }]
  api.behaviours.push(({ method, path: at }) =>
    method === 'POST' && at === path ? answers.shift() : undefined,
  )
  await t.throwsAsync(async () => change(), { code: 'STRIPE_UNAVAILABLE' })
  preview([credit])
  await t.throwsAsync(async () => change(), { code: 'SUBSCRIPTION_BUSY' })
  t.is(posts().length, 1, 'it is not known yet, so nothing else is asked')
  await app.db.query(
    "UPDATE subscription_locks SET asked_until = now() WHERE stripe_subscription_id = 'sub_again'",
  )
  await t.throwsAsync(async () => change(), { code: 'CHANGE_NOT_REPEATED' })
  const [first, second] = posts()
  t.is(first?.idempotencyKey, second?.idempotencyKey, 'so Stripe asks nobody to pay')
  t.notDeepEqual(first?.body, second?.body)
})

test('that the period of an item was over is said, also where Stripe shows it on a later page', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const path = '/v1/subscriptions/sub_late'
  const item = (period: object) => ({
    id: 'si_11',
    quantity: 1,
    price: { id: 'price_1' },
    ...period,
  })
  const renewed = (period: object) => {
    const first = { ...item(period), id: 'si_1' }
    api.objects.set(path, {
      ...{ id: 'sub_late', object: 'subscription', customer: 'cus_1', status: 'active' },
      ...{ cancel_at: null, latest_invoice: { id: 'in_1', object: 'invoice', status: 'paid' } },
      items: { data: [first], has_more: true },
    })
    const data = [first, item(period)]
    api.objects.set('/v1/subscription_items', { object: 'list', data, has_more: false })
  }
  renewed(PERIOD)
  api.objects.set('/v1/prices/price_2', { id: 'price_2', object: 'price' })
  api.objects.set('/v1/invoices/create_preview', { lines: { data: [] } })
  api.behaviours.push(({ method, path: at }) => {
    if (method !== 'POST' || at !== path) return undefined
    const { current_period_end: end } = PERIOD
    renewed({ current_period_start: end, current_period_end: end + 2_592_000 })
    return { error: { type: 'invalid_request_error', message: 'outside of the period' } }
  })
  const { signal } = new AbortController()
  const input = { subscriptionId: 'sub_late', itemId: 'si_11', priceId: 'price_2' }
  await t.throwsAsync(
    async () => tools.changePlan.run(input, { idempotencyKey: 'late', signal } as RunContext),
    { code: 'PERIOD_ENDING' },
  )
})

test('a call that was made again says what is so, or that nothing is asked again', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const path = '/v1/subscriptions/sub_undone'
  const before = {
    id: 'sub_undone',
    object: 'subscription',
    customer: 'cus_1',
    status: 'active',
    cancel_at: null,
    cancel_at_period_end: false,
    latest_invoice: { id: 'in_1', object: 'invoice', status: 'paid' },
    items: { data: [{ id: 'si_1', quantity: 1, price: { id: 'price_1' }, ...PERIOD }] },
  }
  const changed = {
    items: { data: [{ id: 'si_1', quantity: 1, price: { id: 'price_2' }, ...PERIOD }] },
  }
  api.objects.set('/v1/prices/price_2', { id: 'price_2', object: 'price' })
  let now = PERIOD.current_period_start
  const timePasses = () =>
    api.objects.set('/v1/invoices/create_preview', {
      lines: { data: [] },
      parent: { subscription_details: { subscription_proration_date: ++now } },
    })
  api.behaviours.push(({ method, path: at, body }) => {
    if (method !== 'POST' || !at.startsWith(path)) return undefined
    if (at.endsWith('/resume')) api.objects.set(path, before)
    else if (body.has('cancel_at_period_end'))
      api.objects.set(path, { ...before, cancel_at_period_end: true })
    else api.objects.set(path, { ...before, ...changed })
    return api.objects.get(path)
  })
  const { signal } = new AbortController()
  const subscriptionId = 'sub_undone'
  const ctx = (idempotencyKey: string) => ({ idempotencyKey, signal }) as RunContext
  const cancel = () =>
    tools.cancelSubscription.run({ subscriptionId, when: 'period_end' }, ctx('to cancel'))
  const change = () =>
    tools.changePlan.run({ subscriptionId, itemId: 'si_1', priceId: 'price_2' }, ctx('to change'))
  const resume = () => tools.resumeSubscription.run({ subscriptionId }, ctx('to resume'))

  for (const call of [cancel, change]) {
    api.objects.set(path, before)
    timePasses()
    await call()
    await call()
    // Somebody undoes it.
    api.objects.set(path, before)
    timePasses()
    await t.throwsAsync(async () => call(), { code: 'CHANGE_NOT_REPEATED' })
  }
  const paused = { ...before, status: 'paused' }
  api.objects.set(path, paused)
  t.like(await resume(), { status: 'active' })
  api.objects.set(path, paused)
  t.like(await resume(), { status: 'paused' })
})

test('a call whose change Stripe has failed at is told that it is not repeated; another call makes it', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const path = '/v1/subscriptions/sub_failed'
  const before = {
    id: 'sub_failed',
    object: 'subscription',
    status: 'active',
    cancel_at: null,
    cancel_at_period_end: false,
  }
  api.objects.set(path, before)
  const answers: object[] = [{ status: 500, error: { type: 'api_error', message: 'failed' } }]
  api.behaviours.push(({ method, path: at }) => {
    if (method !== 'POST' || at !== path) return undefined
    const failure = answers.shift()
    if (!failure) api.objects.set(path, { ...before, cancel_at_period_end: true })
    return failure ?? api.objects.get(path)
  })
  const { signal } = new AbortController()
  const cancel = async (idempotencyKey: string) =>
    tools.cancelSubscription.run({ subscriptionId: 'sub_failed', when: 'period_end' }, {
      idempotencyKey,
      signal,
    } as RunContext)
  const NOT_REPEATED = { code: 'CHANGE_NOT_REPEATED', message: /failed at it/ }
  await t.throwsAsync(cancel('one'), { code: 'STRIPE_UNAVAILABLE' })
  await t.throwsAsync(cancel('one'), NOT_REPEATED)
  await t.throwsAsync(cancel('another'), { code: 'SUBSCRIPTION_BUSY' }, 'Stripe may still do it')
  await app.db.query(
    "UPDATE subscription_locks SET asked_until = now() WHERE stripe_subscription_id = 'sub_failed'",
  )
  await t.throwsAsync(cancel('one'), NOT_REPEATED)
  t.like(await cancel('another'), { cancelAtPeriodEnd: true }, 'nobody waits for what is over')
  const keys = api.requests.flatMap(({ method, idempotencyKey }) =>
    method === 'POST' ? [idempotencyKey] : [],
  )
  t.is(new Set(keys.slice(0, 3)).size, 1, 'one call has one key')
  t.is(keys.length, 4)
})

test('a call deep below others asks under a key that Stripe takes', async (t) => {
  const { api, tools } = await agentWithTools(t)
  api.objects.set('/v1/products', { id: 'prod_1', object: 'product' })
  api.objects.set('/v1/prices', { id: 'price_1', object: 'price' })
  api.objects.set('/v1/billing_portal/sessions', { url: 'https://portal.test' })
  const path = '/v1/subscriptions/sub_deep'
  const before = { id: 'sub_deep', status: 'active', cancel_at_period_end: false }
  api.behaviours.push(({ method, path: at }) => {
    if (method === 'POST' && at === path)
      api.objects.set(path, { ...before, cancel_at_period_end: true })
    return undefined
  })
  const { signal } = new AbortController()
  const plan = { name: 'Pro', unitAmount: 1, currency: 'usd', metadata: {} }
  const use = async (idempotencyKey: string) => {
    const ctx = { idempotencyKey, signal } as RunContext
    const from = api.requests.length
    api.objects.set(path, before)
    await tools.createProductAndPrice.run(plan, ctx)
    await tools.createPortalSession.run(
      { customerId: 'cus_1', returnUrl: 'https://forge.example/' },
      ctx,
    )
    const cancel = { subscriptionId: 'sub_deep', when: 'period_end' } as const
    // Made again, it is undone.
    await (async () => tools.cancelSubscription.run(cancel, ctx))().catch((error: unknown) =>
      t.like(error, { code: 'CHANGE_NOT_REPEATED' }),
    )
    return api.requests
      .slice(from)
      .flatMap(({ method, idempotencyKey }) => (method === 'POST' ? [idempotencyKey ?? ''] : []))
  }
  const deep = 'a-run:1'.padEnd(300, '.0-deeper')
  const [keys, again, others] = [await use(deep), await use(deep), await use(`${deep}.1-other`)]
  for (const key of [...keys, ...others]) t.true(key.length > 0 && key.length <= 255)
  t.deepEqual(keys, again)
  t.is(new Set([...keys, ...others]).size, 8)
  t.deepEqual((await use('short')).slice(0, 2), ['short:product', 'short:price'])
})

test('a call that has ended asks for nothing more', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const path = '/v1/subscriptions/sub_ended'
  api.objects.set(path, { id: 'sub_ended', status: 'active', cancel_at_period_end: true })
  const ending = new AbortController()
  const reason = new Error('it took too long')
  api.behaviours.push(() => {
    ending.abort(reason)
    return undefined
  })
  const ctx = { idempotencyKey: 'of the call', signal: ending.signal } as RunContext
  const resumed = async () => tools.resumeSubscription.run({ subscriptionId: 'sub_ended' }, ctx)
  t.is(await t.throwsAsync(resumed), reason)
  t.deepEqual(
    api.requests.map(({ method }) => method),
    ['GET'],
  )
  // Another test may just be deleting the row.
  const left = `SELECT 1 FROM subscription_locks WHERE stripe_subscription_id = 'sub_ended'
    AND (held_until > now() + interval '10 seconds' OR asked_until IS NOT NULL)`
  t.deepEqual(await app.db.query(left), [], 'nobody waits for what was not asked')
})

test('money is given back, invoices are listed, usage is reported, the portal is opened', async (t) => {
  const { api, tools, call } = await agentWithTools(t)
  const object = { object: 'refund', status: 'succeeded', amount: 300 }
  api.behaviours.push(({ method, path }) => {
    if (path !== '/v1/refunds') return undefined
    return method === 'POST' ? { id: 're_1', ...object } : { ...listed([]), url: path }
  })
  const refund = { paymentId: 'pi_1', amount: 300 }
  t.deepEqual(await call((ctx) => ctx.tool(tools.refundPayment, refund)), {
    id: 're_1',
    status: 'succeeded',
    amount: 300,
  })
  t.is(api.requests.at(-1)?.body.get('payment_intent'), 'pi_1')
  await call((ctx) => ctx.tool(tools.refundPayment, { paymentId: 'ch_1' }))
  t.deepEqual([...(api.requests.at(-1)?.body.keys() ?? [])], ['charge', 'metadata[tool_call]'])

  const invoice = {
    ...{
      id: 'in_1',
      number: 'A-1',
      status: 'paid',
      amount_due: 5,
      amount_paid: 5,
      currency: 'usd',
    },
    ...{ created: 1_790_000_000, hosted_invoice_url: null },
  }
  api.objects.set('/v1/invoices', listed([invoice]))
  t.like(await call((ctx) => ctx.tool(tools.listInvoices, { customerId: 'cus_1' })), [
    { id: 'in_1', amountPaid: 5, createdAt: '2026-09-21T14:13:20.000Z' },
  ])
  api.objects.set('/v1/billing/meter_events', {})
  const usage = { customerId: 'cus_1', meter: 'calls', value: 7 }
  const { identifier } = await call((ctx) => ctx.tool(tools.reportUsage, usage))
  t.is(api.requests.at(-1)?.body.get('identifier'), identifier)
  t.is(api.requests.at(-1)?.body.get('payload[value]'), '7')
  api.objects.set('/v1/billing_portal/sessions', { url: 'https://portal.test/1' })
  const portal = (returnUrl: string) =>
    call((ctx) => ctx.tool(tools.createPortalSession, { customerId: 'cus_1', returnUrl }))
  t.deepEqual(await portal('https://forge.example/'), { url: 'https://portal.test/1' })
  const opened = api.requests.length
  await t.throwsAsync(portal('https://evil.example/'), { code: 'RETURN_URL_FOREIGN' })
  t.is(api.requests.length, opened)
})

const listed = (data: object[]) => ({ object: 'list', data, has_more: false })

test('a call that is made again after days gives nothing back twice, and counts no usage twice', async (t) => {
  const { api, tools } = await agentWithTools(t)
  const refunds: object[] = []
  const counted = new Set<unknown>()
  api.behaviours.push(({ method, path, query, body }) => {
    if (path === '/v1/refunds' && method === 'GET') {
      t.is(query.get('payment_intent'), 'pi_1')
      return { ...listed(refunds), url: path }
    }
    if (path === '/v1/refunds') {
      const metadata = { tool_call: body.get('metadata[tool_call]') }
      const made = { id: `re_${refunds.length + 1}`, status: 'succeeded', amount: 500, metadata }
      refunds.unshift(made)
      return made
    }
    if (path !== '/v1/billing/meter_events') return undefined
    const identifier = body.get('identifier')
    if (counted.has(identifier))
      return { error: { type: 'invalid_request_error', code: 'resource_already_exists' } }
    counted.add(identifier)
    return { identifier }
  })
  const ctx = (idempotencyKey: string) => ({ idempotencyKey }) as RunContext
  const given: unknown[] = []
  const reported: unknown[] = []
  for (const call of ['the first', 'the first', 'another']) {
    const refund = { paymentId: 'pi_1', amount: 500 }
    given.push(await tools.refundPayment.run(refund, ctx(`refund: ${call}`)))
    const usage = { customerId: 'cus_1', meter: 'calls', value: 7 }
    reported.push(await tools.reportUsage.run(usage, ctx(`usage: ${call}`)))
    api.forgetKeys()
  }
  const refunded = (id: string) => ({ id, status: 'succeeded', amount: 500 })
  t.deepEqual(given, [refunded('re_1'), refunded('re_1'), refunded('re_2')])
  const [first, other] = [...counted].map((identifier) => ({ identifier }))
  t.deepEqual(reported, [first, first, other])
})

test("Stripe's errors become codes that say what to do", async (t) => {
  const { api, tools, call } = await agentWithTools(t)
  const read = () =>
    call((ctx) => ctx.tool(tools.retrieveSubscription, { subscriptionId: 'sub_1' }))
  api.failures.push({
    status: 402,
    body: { error: { type: 'card_error', code: 'card_declined', message: 'Insufficient funds.' } },
  })
  await t.throwsAsync(read(), { code: 'CARD_DECLINED', message: /Insufficient funds/ })
  await t.throwsAsync(read(), { code: 'STRIPE_REFUSED' })
  const key = 'Invalid API Key provided: sk_test_****7890'
  api.failures.push(
    ...Array.from({ length: 3 }, () => ({
      status: 401,
      body: { error: { type: 'invalid_request_error', message: key } },
    })),
  )
  const refused = await t.throwsAsync(read(), { code: 'STRIPE_KEY_REFUSED' })
  t.notRegex(inspect(refused), /sk_test/, 'neither itself nor its cause')
  t.regex(inspect(refused), /Invalid API Key provided: the key/)
  api.failures.length = 0
  // A read is tried three times.
  api.failures.push({ status: 429 }, { status: 429 }, { status: 500 })
  await t.throwsAsync(read(), { code: 'STRIPE_UNAVAILABLE' })
})

test('without an API key a tool says which variable is missing', async (t) => {
  const gateway = new StripeGateway({})
  await t.throwsAsync(
    gateway.call((stripe) => stripe.customers.list()),
    { code: 'STRIPE_NOT_CONFIGURED', message: /STRIPE_SECRET_KEY/ },
  )
})
