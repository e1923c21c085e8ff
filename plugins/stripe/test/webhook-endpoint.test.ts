import test from 'ava'
import { application } from './application.js'
import { stripeStandIn } from './stripe-stand-in.js'

const ADDRESS = 'https://forge.example/webhooks/stripe'

test("an endpoint and a destination are created in this client's version, and kept the second time", async (t) => {
  const api = await stripeStandIn()
  const endpoints: Record<string, unknown>[] = []
  const destinations: Record<string, unknown>[] = []
  api.behaviours.push(({ method, path, body }) => {
    if (!path.startsWith('/v1/webhook_endpoints')) return undefined
    if (method === 'GET') return { object: 'list', data: endpoints, has_more: false }
    if (path !== '/v1/webhook_endpoints') return endpoints[0]
    const { url, api_version } = Object.fromEntries(body)
    endpoints.push({ id: 'we_1', url, api_version })
    return { ...endpoints[0], secret: 'whsec_made_by_stripe' }
  })
  api.behaviours.push(({ method, path, json }) => {
    if (!path.startsWith('/v2/core/event_destinations')) return undefined
    if (method === 'GET') return { data: destinations, next_page_url: null }
    if (path.endsWith('/enable')) return Object.assign(destinations[0] ?? {}, { status: 'enabled' })
    destinations.push({ id: 'ed_1', status: 'enabled', ...(json as object) })
    return {
      ...destinations[0],
      webhook_endpoint: { url: ADDRESS, signing_secret: 'whsec_of_thin_events' },
    }
  })
  const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
  t.teardown(async () => {
    await app.close()
    await api.close()
  })
  const run = async (...args: string[]) => {
    const lines: string[] = []
    await app.forge.command(['stripe:webhook:create', ...args], (line) => lines.push(line))
    return lines
  }
  const first = await run(ADDRESS)
  t.true(first.includes('STRIPE_WEBHOOK_SECRET=whsec_made_by_stripe'))
  t.true(first.some((line) => line.endsWith('=whsec_made_by_stripe,whsec_of_thin_events')))
  const made = api.requests.find(({ method }) => method === 'POST')?.body
  t.is(made?.get('api_version'), '2026-10-28.endive')
  t.true([...(made?.values() ?? [])].includes('charge.dispute.closed'))
  // Thin events, which no webhook endpoint hears of.
  t.like(destinations[0], {
    event_payload: 'thin',
    enabled_events: ['v1.billing.meter.error_report_triggered'],
    webhook_endpoint: { url: ADDRESS },
  })

  Object.assign(destinations[0] ?? {}, { status: 'disabled' })
  t.false((await run(ADDRESS)).some((line) => line.includes('whsec')))
  t.deepEqual([endpoints.length, destinations.length], [1, 1])
  t.is(destinations[0]?.status, 'enabled')

  destinations.length = 0
  t.true((await run(ADDRESS)).some((line) => /after a comma.*whsec_of_thin_events/.test(line)))

  Object.assign(endpoints[0] ?? {}, { api_version: '2024-06-20' })
  await t.throwsAsync(run(ADDRESS), { code: 'WEBHOOK_ENDPOINT_OUTDATED' })
  await t.throwsAsync(run(), { code: 'COMMAND_USAGE' })
})
