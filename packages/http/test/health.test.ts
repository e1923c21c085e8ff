import test from 'ava'
import { call, serve } from './serve.js'

const well = async () => {}
const ill = async () => {
  throw new Error('password of postgres://user:pw@host is wrong')
}

test('healthz is ok as long as the process answers', async (t) => {
  const { url } = await serve(t, { health: [{ name: 'database', check: ill }] })
  const { status, body } = await call(`${url}/healthz`)
  t.deepEqual([status, body], [200, { status: 'ok' }])
})

test('readyz is ready when every check is well', async (t) => {
  const health = ['database', 'engine'].map((name) => ({ name, check: well }))
  const { url } = await serve(t, { health })
  const { status, body } = await call(`${url}/readyz`)
  t.deepEqual([status, body], [200, { status: 'ready', checks: { database: 'ok', engine: 'ok' } }])
})

test('readyz names what is not well and says why to the log only', async (t) => {
  const health = [
    { name: 'database', check: ill },
    { name: 'engine', check: well },
    {
      name: 'mailer',
      check: () => {
        throw new Error('thrown at once')
      },
    },
  ]
  const { url, lines } = await serve(t, { health })
  const { status, body } = await call(`${url}/readyz`)
  t.is(status, 503)
  const checks = { database: 'failed', engine: 'ok', mailer: 'failed' }
  t.deepEqual(body, { status: 'not ready', checks })
  t.true(lines.some((line) => line.includes('"check":"database"') && line.includes('is wrong')))
})

test('a check that hangs is given up after two seconds, while the others are asked', async (t) => {
  const health = [
    { name: 'stuck', check: () => new Promise<void>(() => {}) },
    { name: 'engine', check: well },
  ]
  const { url } = await serve(t, { health })
  const begin = performance.now()
  const { status, body } = await call(`${url}/readyz`)
  t.is(status, 503)
  t.deepEqual(body, { status: 'not ready', checks: { stuck: 'failed', engine: 'ok' } })
  t.true(performance.now() - begin > 1_900)
})
