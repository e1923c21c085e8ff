import { HttpServer } from '@titanforge/http'
import test from 'ava'
import { application } from './application.js'
import { stripeShop } from './stripe-shop.js'

test('where Stripe leads back to by itself, there is a page', async (t) => {
  const shop = await stripeShop()
  const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: shop.url })
  t.teardown(async () => {
    await app.close()
    await shop.close()
  })
  const [product] = await app.db.query<{ id: string }>(
    `INSERT INTO products (id, name, type, stripe_price_id, stripe_product_id, interval, unit_amount)
     VALUES (gen_random_uuid(), 'Pro', 'subscription', 'price_pro', 'prod_pro', 'month', 2500) RETURNING id`,
  )
  const { token } = await app.signUp()
  await app.send('/api/billing/checkout', { productId: product?.id }, token)
  const asked = shop.requests.at(-1)?.body
  shop.objects.set('/v1/billing_portal/sessions', { id: 'bps_1', url: 'https://portal.test/1' })
  await app.send('/api/billing/portal', {}, token)
  const addresses = [
    asked?.get('success_url'),
    asked?.get('cancel_url'),
    shop.requests.at(-1)?.body.get('return_url'),
  ]
  for (const [n, title] of ['Thank you', 'Nothing was paid', 'You are back'].entries()) {
    const address = addresses[n] ?? ''
    t.true(address.startsWith(app.forge.get(HttpServer).url))
    const answer = await fetch(address)
    t.is(answer.status, 200)
    t.regex(answer.headers.get('content-type') ?? '', /text\/html/)
    t.true((await answer.text()).includes(`<h1>${title}</h1>`))
    t.deepEqual(answer.headers.getSetCookie(), [])
  }
})
