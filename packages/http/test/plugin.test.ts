import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createForge, createLogger, definePlugin, ForgeError, type Plugin } from '@titanforge/core'
import { Guard, HttpServer, http, route, type Access, type Method } from '@titanforge/http'
import test from 'ava'
import { call, guard, pluginOf, serve } from './serve.js'

const log = createLogger({ level: 'silent' })
const at = (path: string, method: Method = 'GET', auth: Access = 'none') =>
  route({ method, path, auth, summary: path, handler: () => path })

/** What made the start fail. */
async function startError(plugins: readonly Plugin[]): Promise<ForgeError> {
  const forge = createForge({ plugins, log })
  const failed = await forge.start().then(
    () => undefined,
    (error: unknown) => error,
  )
  await forge.stop()
  if (!(failed instanceof ForgeError) || !(failed.cause instanceof ForgeError)) throw failed
  return failed.cause
}

test('two routes with one method and path are refused, and both plugins named', async (t) => {
  const error = await startError([
    http({ port: 0 }),
    pluginOf('shop', [at('/things/:id')]),
    pluginOf('store', [at('/things/:thing')]),
  ])
  t.is(error.code, 'HTTP_ROUTE_CONFLICT')
  for (const part of ['"shop"', '"store"', 'GET', '/things/:id', '/things/:thing']) {
    t.true(error.message.includes(part), part)
  }
})

test('one path with two methods is fine', async (t) => {
  const { url } = await serve(t, { routes: [at('/things'), at('/things', 'POST')] })
  t.is((await call(`${url}/things`, { method: 'POST' })).status, 200)
})

test('a guarded route without anybody who guards is refused', async (t) => {
  const error = await startError([
    http({ port: 0 }),
    pluginOf('shop', [at('/mine', 'GET', 'user')]),
  ])
  t.is(error.code, 'HTTP_GUARD_MISSING')
  t.true(error.message.includes('/mine') && error.message.includes('"shop"'))
})

test('a port in use is refused with the variable that changes it', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const error = await startError([http({ port })])
  t.is(error.code, 'HTTP_PORT_IN_USE')
  t.true(error.message.includes(String(port)) && error.message.includes('PORT'))
})

test('an address that this machine does not have is refused with the variable that changes it', async (t) => {
  // An address for documentation, which no machine has (RFC 5737).
  const error = await startError([http({ port: 0, host: '192.0.2.1' })])
  t.is(error.code, 'HTTP_ADDRESS_INVALID')
  t.true(error.message.includes('192.0.2.1') && error.message.includes('HOST'))
})

test('a port that is none is refused by the configuration', (t) => {
  for (const port of ['http', '-1', '70000', '1.5']) {
    t.throws(() => createForge({ plugins: [http({ port })], log }), {
      code: 'CONFIG_INVALID',
      message: /http\.port: must be a whole number from 0 to 65535/,
    })
  }
})

test('a setting that there is not is refused by its name, not passed over', (t) => {
  const misspelt = { port: 0, prot: 3000 }
  t.throws(() => createForge({ plugins: [http(misspelt)], log }), {
    code: 'CONFIG_INVALID',
    message: /"prot"/,
  })
})

test('the address is known once it serves', async (t) => {
  const forge = createForge({ plugins: [http({ port: '0' })], log })
  const server = forge.get(HttpServer)
  t.throws(() => server.url, { code: 'HTTP_NOT_SERVING' })
  await forge.start()
  t.teardown(() => forge.stop())
  t.regex(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.is((await call(`${server.url}/healthz`)).status, 200)
})

test('a public address is the one for links, and known from the beginning', (t) => {
  const forge = createForge({
    plugins: [http({ port: 0, publicUrl: 'https://shop.example/app/' })],
    log,
  })
  t.is(forge.get(HttpServer).url, 'https://shop.example/app')
})

test('the address of a server that listens everywhere can be called', async (t) => {
  const forge = createForge({ plugins: [http({ port: 0, host: '0.0.0.0' })], log })
  await forge.start()
  t.teardown(() => forge.stop())
  t.is((await call(`${forge.get(HttpServer).url}/healthz`)).status, 200)
})

test('a start without serving does not listen', async (t) => {
  const forge = createForge({ plugins: [http({ port: 0 }), guard()], log })
  await forge.start({ serve: false })
  t.teardown(() => forge.stop())
  t.throws(() => forge.get(HttpServer).url, { code: 'HTTP_NOT_SERVING' })
  t.truthy(forge.get(Guard))
})

test('the command routes lists method, path, access and plugin', async (t) => {
  const plugins = [
    http({ port: 0 }),
    guard(),
    pluginOf('shop', [at('/things/:id', 'DELETE', 'superuser')]),
  ]
  const forge = createForge({ plugins, log })
  const lines: string[] = []
  await forge.command(['routes'], (line) => lines.push(line))
  t.true(lines.some((line) => /^DELETE +\/things\/:id +superuser +shop$/.test(line)))
  t.true(lines.some((line) => /^GET +\/healthz +none +http$/.test(line)))
})

test('observers hear of what routes have answered, and change no answer', async (t) => {
  const heard: unknown[] = []
  const watching = definePlugin({
    name: 'watching',
    setup: () => ({
      requestObservers: [
        ({ durationMs, ...request }) => void heard.push({ ...request, timed: durationMs >= 0 }),
        () => {
          throw new Error('an observer of no use')
        },
      ],
    }),
  })
  const routes = [at('/things/:id', 'GET', 'user')]
  const { url, lines } = await serve(t, { routes, plugins: [watching()] })
  const headers = { Authorization: 'Bearer user' }
  t.is((await call(`${url}/things/1`, { headers })).status, 200)
  t.is((await call(`${url}/things/1`)).status, 401)
  t.is((await call(`${url}/nothing`)).status, 404)
  const route = { method: 'GET', route: '/things/:id', timed: true }
  t.deepEqual(heard, [
    { ...route, status: 200, identity: { userId: 'user', isSuperuser: false } },
    { ...route, status: 401, identity: undefined },
  ])
  t.true(lines.some((line) => line.includes('a request observer failed')))
})
