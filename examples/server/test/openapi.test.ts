import { Validator } from '@seriousme/openapi-schema-validator'
import { testDatabase } from '@titanforge/database/testing'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import test from 'ava'
import { runToEnd, startServer, temporaryHome, type Environment, type Server } from './programs.js'
import { ask, type Ask } from './security/browser.js'
import { mailTo, PASSWORD, tokenIn } from './security/people.js'

interface Operation {
  security: object[]
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}
interface Document extends Record<string, unknown> {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

let server: Server
let clean: () => Promise<void>
let document: Document
let operator: { email: string; password: string }
test.before(async () => {
  const { url, drop } = await testDatabase()
  const { home, remove } = await temporaryHome()
  const env: Environment = { DATABASE_URL: url, TITANFORGE_HOME: home }
  // Before the first request: a connection that is idle meanwhile may be closed just when it is used again.
  operator = await makeOperator(env)
  server = await startServer(env)
  clean = async () => {
    await server.end('SIGTERM')
    await drop()
    await remove()
  }
  document = (await ask(server.url, '/openapi.json')).body as unknown as Document
})
test.after.always(() => clean())

/** An account that administrates, as the command makes it. */
async function makeOperator(env: Environment) {
  const email = 'operator@example.com'
  const { output } = await runToEnd('forge', ['user:create', email, '--superuser'], env)
  return { email, password: /once: (\S+)/.exec(output)?.[1] ?? '' }
}

test('the document is one by the rules of OpenAPI 3.1', async (t) => {
  const { valid, errors } = await new Validator().validate(document)
  t.true(valid, JSON.stringify(errors))
})

test('every path of the product is in it, with who may call it', (t) => {
  const operations = {
    'post /api/auth/login': 0,
    'get /api/auth/me': 1,
    'delete /api/auth/keys/{id}': 1,
    'post /webhooks/stripe': 0,
    'get /api/products': 0,
    'post /api/billing/checkout': 1,
    'get /api/entitlements': 1,
    'get /metrics': 1,
    'get /healthz': 0,
  }
  for (const [name, schemes] of Object.entries(operations)) {
    const [method = '', path = ''] = name.split(' ')
    t.is(document.paths[path]?.[method]?.security.length, schemes, name)
  }
})

const SAYS_WHAT = /^\/api\/(auth\/|admin\/|panels|runs|agents|workflows|analytics)/

test('every path says what it answers, except those that answer with nothing', (t) => {
  const silent = Object.entries(document.paths)
    .filter(([path]) => SAYS_WHAT.test(path))
    .flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { responses }]) => !responses['2XX']?.content)
        .map(([method]) => `${method} ${path}`),
    )
  t.deepEqual(silent.sort(), [
    'delete /api/auth/github',
    'delete /api/auth/keys/{id}',
    'delete /api/auth/sessions/{id}',
    'get /api/auth/github',
    'get /api/auth/github/callback',
    'post /api/auth/logout',
  ])
})

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }))
const checks = new Map<object, ValidateFunction>()

/** Asks, and compares the answer with what the document says of it. */
async function keepsItsWord(path: string, options: Ask & { as?: string } = {}) {
  const answered = await ask(server.url, path, options)
  const operations = document.paths[options.as ?? path] ?? {}
  const method = options.method ?? (options.body === undefined ? 'GET' : 'POST')
  const { responses = {} } = operations[method.toLowerCase()] ?? {}
  const { content } = responses[answered.status < 400 ? '2XX' : 'default'] ?? {}
  const schema = content?.['application/json']?.schema
  if (!schema) throw new Error(`${method} ${path} describes no answer`)

  const check = checks.get(schema) ?? ajv.compile({ ...document, ...schema })
  checks.set(schema, check)
  const problems = check(answered.body) ? [] : check.errors
  return { ...answered, problems }
}

test('answers are what the document says, whether it was done or not', async (t) => {
  const email = 'described@example.com'
  const account = { email, password: PASSWORD }
  const seen: string[] = []
  const expect = async (status: number, path: string, options: Ask & { as?: string } = {}) => {
    const answered = await keepsItsWord(path, options)
    t.is(answered.status, status, path)
    t.deepEqual(answered.problems, [], `${path}: ${answered.text}`)
    seen.push(path)
    return answered.body
  }
  await expect(200, '/healthz')
  await expect(200, '/readyz')
  await expect(202, '/api/auth/register', { body: account })
  await expect(422, '/api/auth/register', { body: { email: 'no', password: 'short' } })
  await expect(401, '/api/auth/login', { body: { email, password: 'a wrong password' } })
  const { accessToken, refreshToken } = await expect(200, '/api/auth/login', { body: account })
  const token = accessToken as string
  await expect(200, '/api/auth/verify', {
    body: { token: tokenIn(await mailTo(server, email, /Confirm your address/)) },
  })
  await expect(200, '/api/auth/refresh', { body: { refreshToken } })
  await expect(401, '/api/auth/me')
  await expect(200, '/api/auth/me', { token })
  await expect(200, '/api/auth/me', { token, method: 'PATCH', body: { fullName: 'Ada' } })
  await expect(200, '/api/auth/sessions', { token })
  await expect(201, '/api/auth/keys', { token, body: { name: 'key' } })
  await expect(200, '/api/auth/keys', { token })
  await expect(403, '/api/admin/users', { token })
  const missing = '/api/auth/sessions/0192c7a2-0000-7000-8000-000000000000'
  await expect(404, missing, { token, method: 'DELETE', as: '/api/auth/sessions/{id}' })
  await expect(200, '/api/auth/sessions', { token, method: 'DELETE' })
  await expect(202, '/api/auth/password/forgot', { body: { email } })
  const { accessToken: root } = await expect(200, '/api/auth/login', { body: operator })
  const asRoot = { token: root as string }
  await expect(200, '/api/admin/users', asRoot)
  await expect(200, '/api/admin/audit', asRoot)
  const id = (await ask(server.url, '/api/auth/me', { token })).body['id'] as string
  const body = { isActive: true }
  await expect(200, `/api/admin/users/${id}`, { ...asRoot, body, as: '/api/admin/users/{id}' })
  await expect(200, `/api/admin/users/${id}/entitlements`, {
    ...asRoot,
    as: '/api/admin/users/{id}/entitlements',
  })
  for (const given of ['features/sight', 'limits/agent_runs']) {
    const path = `/api/admin/users/${id}/overrides/${given}`
    const as = '/api/admin/users/{id}/overrides/{kind}/{name}'
    const body = { value: 1, reason: 'a thank-you', validUntil: '2999-01-01T00:00:00Z' }
    await expect(200, path, { ...asRoot, method: 'PUT', body, as })
    await expect(200, path, { ...asRoot, method: 'DELETE', as })
  }
  t.true(seen.length > 15)

  for (const path of ['swarm', 'swarm/traffic', 'event-types', 'dead-letters'])
    await expect(200, `/api/admin/${path}`, asRoot)
  const { events } = await expect(200, '/api/admin/events', asRoot)
  const [latest] = events as { id: string }[]
  const as = '/api/admin/events/{id}'
  await expect(200, `/api/admin/events/${String(latest?.id)}`, { ...asRoot, as })
  const none = { ids: ['0192c7a2-0000-7000-8000-000000000000'] }
  await expect(200, '/api/admin/dead-letters/redrive', { ...asRoot, body: none })
  const discarded = { ...none, reason: 'there is none' }
  await expect(200, '/api/admin/dead-letters/discard', { ...asRoot, body: discarded })

  for (const path of ['summary', 'metrics', 'mrr', 'movements', 'cohorts'])
    await expect(200, `/api/analytics/${path}`, asRoot)
  for (const [base, who] of [
    ['/api/panels', { token }],
    ['/api/admin/panels', asRoot],
  ] as const) {
    const { panels } = await expect(200, base, who)
    for (const { name, kind } of panels as { name: string; kind: string }[]) {
      const as = `${base}/{name}`
      if (kind !== 'form') await expect(200, `${base}/${name}`, { ...who, as })
    }
  }
  await expect(200, '/api/agents', { token })
  await expect(200, '/api/workflows', { token })
  const run = await expect(202, '/api/agents/micro-feature-planner/runs', {
    token,
    body: { input: { task: 'A button that greets' } },
    as: '/api/agents/{name}/runs',
  })
  await expect(200, '/api/runs', { token })
  await expect(200, `/api/runs/${String(run['id'])}`, { token, as: '/api/runs/{id}' })
})
