import { freePort } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import Stripe from 'stripe'
import { runToEnd, startServer, temporaryHome, fixture } from './programs.js'

const account = { email: 'ada@example.com', password: 'correct horse battery' }
const json = { 'content-type': 'application/json' }

test('with no Stripe key a person signs up, pays on the hosted page, and a year passes', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  const STRIPE_SANDBOX_PORT = String(await freePort())
  const env = { TITANFORGE_HOME: home, STRIPE_SANDBOX: undefined, STRIPE_SANDBOX_PORT }
  let server = await startServer(env)
  t.teardown(() => server.end('SIGTERM'))
  t.regex(server.output(), /Stripe API +local .*_sandbox\/clock/)

  const post = (path: string, body: unknown) =>
    fetch(server.url + path, { method: 'POST', headers: json, body: JSON.stringify(body) })
  t.is((await post('/api/auth/register', account)).status, 202)
  const login = await waitFor(async () => {
    const answer = await post('/api/auth/login', account)
    return answer.status === 200 && ((await answer.json()) as Record<string, unknown>)
  })
  const token = Object.values(login).find((value) => typeof value === 'string') ?? ''
  const get = async (path: string) => {
    const answer = await fetch(server.url + path, {
      headers: { authorization: `Bearer ${token}` },
    })
    return (await answer.json()) as Record<string, unknown>
  }
  const me = await get('/api/auth/me')
  const userId = ((me.user as { id: string } | undefined) ?? (me as { id: string })).id

  const stripe = new Stripe('sk_test_sandbox', {
    host: '127.0.0.1',
    port: STRIPE_SANDBOX_PORT,
    protocol: 'http',
  })
  const [price] = (await stripe.prices.list({ lookup_keys: ['pro:usd:month:1'] })).data
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price?.id ?? '', quantity: 1 }],
    client_reference_id: userId,
    success_url: `${server.url}/done`,
  })
  const body = new URLSearchParams({ email: account.email, number: '4242 4242 4242 4242' })
  t.is((await fetch(session.url ?? '', { method: 'POST', body, redirect: 'manual' })).status, 302)
  const entitled = () => get('/api/entitlements').then((it) => JSON.stringify(it))
  await waitFor(async () => (await entitled()).includes('priority'))

  const clock = `http://127.0.0.1:${STRIPE_SANDBOX_PORT}/_sandbox/clock`
  t.regex(await (await fetch(clock)).text(), /A year/)
  await fetch(clock, { method: 'POST', body: new URLSearchParams({ months: '12', hours: '2' }) })
  t.is((await stripe.invoices.list({ limit: 100 })).data.length, 13)
  const renewed = async () => {
    const { data } = await stripe.subscriptions.list()
    const end = (data[0]?.items.data[0]?.current_period_end ?? 0) * 1000
    const shown = JSON.stringify(await get('/api/billing/subscription'))
    return shown.includes(new Date(end).toISOString())
  }
  await waitFor(renewed)

  // It is what an operator's commands would have made of a real one.
  const push = await runToEnd('forge', ['stripe:catalog:push'], env)
  t.regex(push.output, /^the catalogue at Stripe is as the plans say$/m)
  t.notRegex(push.output, /^(created|updated|archived)/m)
  const webhooks = `${server.url}/webhooks/stripe`
  const create = await runToEnd('forge', ['stripe:webhook:create', webhooks], env)
  t.regex(create.output, new RegExp(`endpoint we_\\w+ delivers to ${webhooks}`))
  t.deepEqual([push.status, create.status], [0, 0])

  // A second server that would write the same world is refused, also at another port.
  const elsewhere = { ...env, PORT: '0', STRIPE_SANDBOX_PORT: String(await freePort()) }
  const second = await runToEnd('main', [], elsewhere)
  t.is(second.status, 1)
  t.regex(second.output, /stripe\.jsonl is kept by the sandbox that answers at .*TITANFORGE_HOME/)

  // Its world is there after a restart.
  t.is(await server.end('SIGTERM'), 0)
  server = await startServer(env)
  t.is((await stripe.invoices.list({ limit: 100 })).data.length, 13)
  t.true((await entitled()).includes('priority'))
})

test('recorded events are not played to a server that asks Stripe for each object', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  const { status, output } = await runToEnd('forge', ['replay', fixture('happy-path')], {
    TITANFORGE_HOME: home,
    STRIPE_SANDBOX: undefined,
  })
  t.is(status, 1)
  t.regex(output, /REPLAY_NEEDS_NO_API.*STRIPE_SANDBOX=off/)
})

test('what is neither on nor off is refused', async (t) => {
  const { home, remove } = await temporaryHome()
  t.teardown(remove)
  const env = { TITANFORGE_HOME: home, STRIPE_SANDBOX: 'no' }
  const { status, output } = await runToEnd('main', [], env)
  t.is(status, 1)
  t.regex(output, /CONFIG_INVALID.*STRIPE_SANDBOX: must be on or off/s)
})
