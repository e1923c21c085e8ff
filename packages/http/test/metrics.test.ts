import { metrics } from '@opentelemetry/api'
import test from 'ava'
import { route } from '@titanforge/http'
import { call, codeOf, serve } from './serve.js'

interface Recorded {
  seconds: number
  attributes: unknown
}

const recorded: Recorded[] = []
test.before(() => {
  const noop = metrics.getMeter('noop')
  const meter = Object.assign(Object.create(noop) as typeof noop, {
    createHistogram: () => ({
      record: (seconds: number, attributes: unknown) => recorded.push({ seconds, attributes }),
    }),
  })
  metrics.setGlobalMeterProvider({ getMeter: () => meter })
})

test('metrics are for superusers, where the application reads any', async (t) => {
  const { url } = await serve(t, { metrics: async () => 'up 1\n' })
  const as = (who: string) => ({ headers: { authorization: `Bearer ${who}` } })
  t.is((await call(`${url}/metrics`)).status, 401)
  t.is((await call(`${url}/metrics`, as('user'))).status, 403)
  const response = await fetch(`${url}/metrics`, as('superuser'))
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.is(await response.text(), 'up 1\n')
  const without = await serve(t, {})
  t.is(codeOf(await call(`${without.url}/metrics`, as('superuser'))), 'ROUTE_NOT_FOUND')
})

test('each request is measured by the pattern of its route, never by its path', async (t) => {
  const path = '/measured/:id'
  const handler = () => ({ ok: true })
  const routes = [route({ method: 'GET', path, auth: 'none', summary: '', handler })]
  const { url } = await serve(t, { routes })
  await call(`${url}/measured/a-secret`)
  await call(`${url}/measured-nowhere/a-secret`)
  const ours = recorded.filter(({ attributes }) => JSON.stringify(attributes).includes('/measured'))
  t.deepEqual(
    ours.map(({ attributes }) => attributes),
    [{ 'http.request.method': 'GET', 'http.response.status_code': 200, 'http.route': path }],
  )
  t.true(ours.every(({ seconds }) => seconds > 0 && seconds < 60))
  t.false(JSON.stringify(recorded).includes('a-secret'))
  t.true(recorded.some((one) => JSON.stringify(one).includes('404')))
})
