import test from 'ava'
import { checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

test('what is not there is a page that says so', async (t) => {
  const { sandbox } = await checkedSandbox(t)
  for (const path of ['/c/pay/cs_test_1', '/i/in_1', '/p/session/test_1', '/authenticate/pi_1']) {
    const answer = await fetch(sandbox.url + path)
    t.is(answer.status, 404)
    t.regex(answer.headers.get('content-type') ?? '', /text\/html/)
    t.regex(await answer.text(), /role="alert">No such/)
  }
})

test('an invoice that a card does not pay stays open, and its page says why', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const { id: price } = await monthly(stripe)
  const { latest_invoice } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price }],
    payment_behavior: 'default_incomplete',
  })
  const invoice = await stripe.invoices.retrieve(latest_invoice as string)
  const pay = (number: string) =>
    fetch(invoice.hosted_invoice_url ?? '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ number }),
    })
  for (const number of ['4000 0000 0000 0002', '4000 0000 0000 0341', '1234']) {
    const answer = await pay(number)
    t.is(answer.status, 402)
    t.regex(await answer.text(), /role="alert">Your card .*<form method="post"/s)
  }
  t.is((await stripe.invoices.retrieve(invoice.id)).status, 'open')
  t.is((await pay('4242 4242 4242 4242')).status, 302)
  t.is((await stripe.invoices.retrieve(invoice.id)).status, 'paid')
})

test('another web site can do nothing on the pages, and cannot show them', async (t) => {
  const { sandbox } = await checkedSandbox(t)
  const move = (site: string) =>
    fetch(`${sandbox.url}/_sandbox/clock`, {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      body: new URLSearchParams({ months: '12' }),
    })
  const { now } = (await (await fetch(`${sandbox.url}/_sandbox/state`)).json()) as { now: number }
  t.is((await move('cross-site')).status, 403)
  const state = await (await fetch(`${sandbox.url}/_sandbox/state`)).json()
  t.true((state as { now: number }).now < now + 86_400)
  t.is((await move('same-origin')).status, 200)
  const { headers } = await fetch(`${sandbox.url}/_sandbox/clock`)
  t.regex(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  t.is(headers.get('referrer-policy'), 'no-referrer')
})
