import test from 'ava'
import { reply, route } from '@titanforge/http'
import { z } from 'zod'
import { call, pluginOf, serve } from './serve.js'

const city = z.object({ id: z.uuid() })
const routes = [
  route({
    method: 'PUT',
    path: '/cities/:id/days/:day',
    auth: 'user',
    scopes: ['weather'],
    summary: 'Change <b>a day</b>',
    params: city,
    query: z.object({ units: z.enum(['metric', 'imperial']).optional(), limit: z.coerce.number() }),
    body: z.object({ text: z.string().default('sun') }).optional(),
    response: z.object({ text: z.string() }),
    handler: ({ body }) => body,
  }),
  route({
    method: 'POST',
    path: '/cities',
    auth: 'superuser',
    summary: 'Make a city',
    body: z.object({ name: z.string(), since: z.date() }),
    handler: () => reply(201),
  }),
  route({
    method: 'POST',
    path: '/raw',
    auth: 'none',
    summary: 'Bytes',
    rawLimitBytes: 9,
    handler: () => null,
  }),
]

test('a route is described by its own schemas', async (t) => {
  const { url } = await serve(t, { plugins: [pluginOf('weather', routes)] })
  const { body, headers } = await call(`${url}/openapi.json`)
  t.is(headers.get('content-type'), 'application/json; charset=utf-8')
  const { openapi, paths } = body as { openapi: string; paths: Record<string, unknown> }
  t.is(openapi, '3.1.1')
  t.like(paths['/cities/{id}/days/{day}'], {
    put: {
      operationId: 'put_cities_by_id_days_by_day',
      tags: ['weather'],
      summary: 'Change <b>a day</b>',
      security: [{ bearer: ['weather'] }],
      parameters: [
        { name: 'id', in: 'path', required: true },
        { name: 'day', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'units', in: 'query', required: false, schema: { enum: ['metric', 'imperial'] } },
        { name: 'limit', in: 'query', required: true, schema: { type: 'number' } },
      ],
      requestBody: {
        required: false,
        content: { 'application/json': { schema: { properties: { text: { default: 'sun' } } } } },
      },
      responses: { '2XX': { content: { 'application/json': { schema: { required: ['text'] } } } } },
    },
  })
})

test('what JSON has nothing for may be anything, and the rest is described all the same', async (t) => {
  const { url } = await serve(t, { plugins: [pluginOf('weather', routes)] })
  const { body } = await call(`${url}/openapi.json`)
  const { paths } = body as { paths: Record<string, unknown> }
  t.like(paths['/cities'], {
    post: {
      security: [{ bearer: ['admin'] }],
      parameters: [{ name: 'Idempotency-Key', in: 'header' }],
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { properties: { name: { type: 'string' }, since: {} } } },
        },
      },
    },
  })
  t.like(paths['/raw'], { post: { security: [], parameters: [], requestBody: { required: true } } })
})

test('a schema of a library that cannot describe it is anything', async (t) => {
  const broken = { ...city['~standard'], jsonSchema: { input: fail, output: fail } }
  const bare = { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } as const
  const opaque = [broken, bare].map((standard, n) =>
    route({
      method: 'POST',
      path: `/opaque/${n}`,
      auth: 'none',
      summary: '',
      body: { '~standard': standard },
      handler: () => null,
    }),
  )
  const { url } = await serve(t, { routes: opaque })
  const { body } = await call(`${url}/openapi.json`)
  const { paths } = body as { paths: Record<string, unknown> }
  for (const path of ['/opaque/0', '/opaque/1']) {
    t.like(paths[path], {
      post: { requestBody: { content: { 'application/json': { schema: {} } } } },
    })
  }
})

test('the page for people names every route, runs nothing, and shows markup as text', async (t) => {
  const { url } = await serve(t, { plugins: [pluginOf('weather', routes)] })
  const response = await fetch(`${url}/docs`)
  const page = await response.text()
  t.is(response.headers.get('content-type'), 'text/html; charset=utf-8')
  t.regex(
    response.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; style-src 'self'/,
  )
  for (const path of ['/cities/{id}/days/{day}', '/raw', '/healthz']) t.true(page.includes(path))
  t.true(page.includes('Change &lt;b&gt;a day&lt;/b&gt;'))
  t.notRegex(page, /<script|<b>a day|style=/)
  t.is((await fetch(`${url}/docs/style.css`)).status, 200)
})

function fail(): never {
  throw new Error('cannot be represented')
}
