import test from 'ava'
import type Stripe from 'stripe'
import { checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

test('the sandbox is ruled over HTTP as it is by the program', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const post = async (path: string, form: Record<string, string>) => {
    const headers = { accept: 'application/json' }
    const body = new URLSearchParams(form)
    const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method: 'POST', headers, body })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const before = sandbox.now
  const { body: state } = await post('clock', { days: '1', hours: '1' })
  t.true((state.now as number) >= before + 90_000)
  await post('chaos', { duplicate: '0.5' })
  await post('chaos', { api_version: '2024-06-20' })
  await post('dunning', { 'retry_days[0]': '1' })
  const { body: changed } = await post('dunning', { then: 'unpaid' })
  t.like(changed, {
    chaos: { duplicate: 0.5, reorder: 1, api_version: '2024-06-20' },
    dunning: { retry_days: [1], then: 'unpaid' },
  })
  t.is((await post('chaos', { duplicate: '7' })).status, 400)
  t.throws(() => sandbox.chaos({ drop: 2 }), { code: 'SANDBOX_OPTIONS_INVALID' })

  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
  const [charge] = (await stripe.charges.list()).data
  const { body: dispute } = await post('disputes', { charge: charge?.id ?? '' })
  await post(`disputes/${String(dispute.id)}`, { status: 'won' })
  t.is((await stripe.disputes.retrieve(String(dispute.id))).status, 'won')
  t.deepEqual((await post('drain', {})).body, { left: 0 })
  t.like((await post('failures', { count: '1' })).body, { failures: 1 })
  await t.throwsAsync(stripe.customers.update(customer.id, { name: 'Grace' }))
  t.is(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).name, null)
  t.like((await post('roll-forward', {})).body, { failures: 0 })
  t.is(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).name, 'Grace')
  await post('outage', { status: '500', seconds: '60' })
  await t.throwsAsync(stripe.customers.list())
})

test('the clock page moves the clock', async (t) => {
  const { sandbox } = await checkedSandbox(t)
  const page = `${sandbox.url}/_sandbox/clock`
  t.regex(await (await fetch(page)).text(), /<button>A month<\/button>/)
  const before = sandbox.now
  const headers = { accept: 'text/html' }
  const body = new URLSearchParams({ months: '1' })
  const moved = await fetch(page, { method: 'POST', body, headers, redirect: 'manual' })
  t.is(moved.headers.get('location'), '/_sandbox/clock')
  t.true(sandbox.now > before + 27 * 86_400)
})
