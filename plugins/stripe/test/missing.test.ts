import type { ForgeError } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application } from './application.js'
import { event, price, product, subscription } from './objects.js'
import { stripeShop } from './stripe-shop.js'

const api = await stripeShop()
// Nothing is listed: what is compared is what is here.
api.behaviours.push(({ method, path }) =>
  method === 'GET' && /^\/v1\/(checkout\/sessions|[a-z_]+)$/.test(path) && path !== '/v1/account'
    ? { object: 'list', data: [], has_more: false }
    : undefined,
)
const app = await application({
  ...{ secretKey: 'sk_test_of_the_tests', apiBase: api.url },
  publicUrl: 'https://forge.example',
})
test.before(async () => {
  for (const [kind, object] of [
    ['products', product('prod_1')],
    ['prices', price('price_1', 'prod_1')],
  ] as const) {
    api.objects.set(`/v1/${kind}/${object.id}`, object)
    await app.deliver(event(`${object.object}.created`, object))
  }
  await app.settled()
})
test.after.always(async () => {
  await app.close()
  await api.close()
})

const compare = () => app.forge.command(['stripe:reconcile'], () => undefined)

/** A user with a subscription, as Stripe has it and as we do. */
async function subscriber(id: string) {
  const user = await app.signUp()
  const path = `/v1/subscriptions/${id}`
  const as = (more: object) => subscription(id, { customer: `cus_${id}`, reference: user.id, more })
  const hear = async (type: string, more: object = {}) => {
    await app.deliver(event(`customer.subscription.${type}`, as(more)))
    await app.settled()
  }
  const shown = (more: object = {}) => api.objects.set(path, as(more))
  shown()
  await hear('created')
  return {
    as,
    hear,
    shown,
    /** As with the key of another account. */
    missing: () => api.objects.delete(path),
    post: (what: string, body: object = {}) => app.send(`/api/billing/${what}`, body, user.token),
    changes: () =>
      api.requests.filter(({ method, path: at }) => method !== 'GET' && at === path).length,
    async status() {
      const [row] = await app.db.query<{ status: string; ended: boolean }>(
        'SELECT status, ended_at IS NOT NULL AS ended FROM subscriptions WHERE stripe_subscription_id = $1',
        [id],
      )
      return row
    },
  }
}

const ALIVE = { status: 'active', ended: false }
const OVER = { status: 'canceled', ended: true }

test.serial('what was only missing lives on as soon as Stripe shows it as alive', async (t) => {
  const it = await subscriber('sub_found')
  it.missing()
  await compare()
  t.deepEqual(await it.status(), OVER, 'what Stripe does not have pays for nothing')
  await compare()
  it.shown()
  await compare()
  t.deepEqual(await it.status(), ALIVE)
  it.missing()
  await it.hear('updated')
  t.deepEqual(await it.status(), OVER)
  it.shown()
  await it.hear('updated')
  t.deepEqual(await it.status(), ALIVE, 'and as soon as anything is heard of it')
})

const ended = { status: 'canceled', canceled_at: 1_790_000_000, ended_at: 1_790_000_000 }

test.serial('what has ended stays so, wherever that was heard', async (t) => {
  const fetched = await subscriber('sub_ended')
  fetched.shown(ended)
  await fetched.hear('updated')
  const told = await subscriber('sub_told')
  told.missing()
  await told.hear('deleted', ended)
  const both = await subscriber('sub_both')
  both.missing()
  await compare()
  await both.hear('deleted', ended)
  for (const it of [fetched, told, both]) {
    t.deepEqual(await it.status(), OVER)
    it.missing()
    await it.hear('updated')
    it.shown()
    await it.hear('updated')
    await compare()
    t.deepEqual(await it.status(), OVER)
  }
})

test.serial('to cancel what is only missing is asked of Stripe', async (t) => {
  const it = await subscriber('sub_charging')
  it.missing()
  await compare()
  const cancel = () => it.post('subscription/cancel', { when: 'now' })
  t.like(await cancel(), { status: 422, body: { error: { code: 'STRIPE_REFUSED' } } })
  it.shown()
  t.is((await cancel()).status, 200)
  t.is(it.changes(), 1)
  it.shown(ended)
  await it.hear('deleted', ended)
  t.is((await cancel()).status, 200)
  t.is(it.changes(), 1, 'what is known to be over is over')
})

test.serial('who has one that was only missing is not sold a second', async (t) => {
  const it = await subscriber('sub_first')
  it.missing()
  await compare()
  it.shown()
  const [{ id: productId } = { id: '' }] = await app.db.query<{ id: string }>(
    'SELECT id FROM products',
  )
  t.like(await it.post('checkout', { productId }), {
    status: 409,
    body: { error: { code: 'ALREADY_SUBSCRIBED' } },
  })
  t.deepEqual(await it.status(), ALIVE)
  it.missing()
  await compare()
  t.is((await it.post('checkout', { productId })).status, 201, 'Stripe has none')
})

test.serial('with a key of another account nothing is compared, until that is said', async (t) => {
  const it = await subscriber('sub_of_account')
  api.objects.set('/v1/account', { id: 'acct_one', object: 'account' })
  await compare()
  api.objects.set('/v1/account', { id: 'acct_other', object: 'account' })
  it.missing()
  const { code, message, status } = await t.throwsAsync<ForgeError>(compare())
  t.is(code, 'STRIPE_ACCOUNT_CHANGED')
  t.regex(message, /acct_other.*acct_one/)
  t.is(status, 500, 'customers are not told')
  t.deepEqual(await it.status(), ALIVE)
  await app.deliver(event('customer.subscription.updated', it.as({})))
  const letters = () => app.db.query<{ reason: string }>('SELECT reason FROM event_dead_letters')
  await waitFor(async () => (await letters()).length === 1, {
    what: 'what was heard meanwhile to be kept for later',
    timeoutMs: 60_000,
  })
  t.regex((await letters())[0]?.reason ?? '', /acct_other/)
  t.deepEqual(await it.status(), ALIVE)
  const no = { status: 403, error: { type: 'invalid_request_error', message: 'not permitted' } }
  api.behaviours.unshift(({ path }) => (path === '/v1/account' ? no : undefined))
  it.shown()
  await t.notThrowsAsync(compare(), 'a key may not be allowed to say whose it is')
  api.behaviours.shift()
  await t.throwsAsync(compare(), { code: 'STRIPE_ACCOUNT_CHANGED' })
  await app.forge.command(['stripe:backfill', '--restart'], () => undefined)
  await t.notThrowsAsync(compare())
})
