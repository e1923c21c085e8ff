import { route } from '@titanforge/http'
import test from 'ava'
import { z } from 'zod'
import { call, codeOf, json, serve } from './serve.js'

const order = route({
  method: 'POST',
  path: '/shops/:shop/orders',
  auth: 'none',
  summary: 'Order',
  params: z.object({ shop: z.coerce.number().int() }),
  query: z.object({
    dry: z.enum(['yes', 'no']).default('no'),
    tag: z.array(z.string()).optional(),
  }),
  body: z.object({ items: z.array(z.object({ quantity: z.number().int().positive() })).min(1) }),
  handler: ({ params, query, body }) => ({
    shop: params.shop + 1,
    dry: query.dry,
    tag: query.tag,
    first: body.items[0]?.quantity,
  }),
})

test('a handler gets what the schemas produced', async (t) => {
  const { url } = await serve(t, { routes: [order] })
  const body = { items: [{ quantity: 3, price: 0 }], role: 'superuser' }
  const answered = await call(`${url}/shops/41/orders?tag=a&tag=b`, json(body))
  t.deepEqual(answered.body, { shop: 42, dry: 'no', tag: ['a', 'b'], first: 3 })
})

test('the problems of params, query and body are answered together', async (t) => {
  const { url } = await serve(t, { routes: [order] })
  const answered = await call(
    `${url}/shops/x/orders?dry=perhaps`,
    json({ items: [{ quantity: 1 }, { quantity: 0 }] }),
  )
  t.deepEqual([answered.status, codeOf(answered)], [422, 'VALIDATION_FAILED'])
  const { details, message } = (
    answered.body as { error: { details: Record<string, string>[]; message: string } }
  ).error
  t.is(message, 'The request has 3 problems. The details say where and what.')
  t.deepEqual(
    details.map((problem) => [problem.in, problem.path]),
    [
      ['params', 'shop'],
      ['query', 'dry'],
      ['body', 'items.1.quantity'],
    ],
  )
  t.true(details.every((problem) => problem.message))
})

test('what a client sent is not in the answer about it', async (t) => {
  const login = route({
    method: 'POST',
    path: '/login',
    auth: 'none',
    summary: 'Log in',
    body: z.object({ email: z.email(), password: z.string().max(5) }),
    handler: () => undefined,
  })
  const { url } = await serve(t, { routes: [login] })
  const { body } = await call(
    `${url}/login`,
    json({ email: 'not-an-address', password: 'too-long-a-secret' }),
  )
  t.notRegex(JSON.stringify(body), /not-an-address|too-long-a-secret/)
  const one = await call(`${url}/login`, json({ email: 'ada@example.com', password: 'too-long' }))
  t.regex(JSON.stringify(one.body), /The request has a problem\. /)
})
