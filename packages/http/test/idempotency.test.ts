import { Readable } from 'node:stream'
import { definePlugin } from '@titanforge/core'
import { IdempotencyStore, reply, route, type StoredAnswer } from '@titanforge/http'
import test from 'ava'
import { z } from 'zod'
import { call, codeOf, json, serve } from './serve.js'

/** Keeps answers in memory, as a database would. */
function memoryStore() {
  const kept = new Map<string, { content: string; answer?: StoredAnswer }>()
  const store: IdempotencyStore = {
    async claim({ key, owner, content }) {
      const name = `${owner} ${key}`
      const known = kept.get(name)
      if (!known) {
        kept.set(name, { content })
        return {
          state: 'new',
          keep: async (answer) => void kept.set(name, { content, answer }),
          release: async () => void kept.delete(name),
        }
      }
      if (known.content !== content) return { state: 'other' }
      return known.answer ? { state: 'answered', answer: known.answer } : { state: 'running' }
    },
  }
  return definePlugin({
    name: 'memory-idempotency',
    provides: { store: IdempotencyStore },
    setup: () => ({ services: { store } }),
  })()
}

let done = 0
const post = (path: string, handler: () => unknown) =>
  route({
    method: 'POST',
    path,
    auth: 'none',
    summary: '',
    body: z.object({ n: z.number() }),
    handler,
  })
const routes = [
  post('/count', () => reply(201, { done: ++done }, { Location: '/count/1' })),
  post('/fail', () => {
    done++
    throw new Error('no')
  }),
  post('/stream', () =>
    reply(200, Readable.from([String(++done)]), { 'Content-Type': 'text/plain' }),
  ),
]
const withKey = (key: string, n = 1): RequestInit => {
  const { headers, ...rest } = json({ n })
  return { ...rest, headers: { ...(headers as Record<string, string>), 'Idempotency-Key': key } }
}

test.serial('an answer is given again, with its status and headers', async (t) => {
  const { url } = await serve(t, { routes, plugins: [memoryStore()] })
  const first = await call(`${url}/count`, withKey('a'))
  const second = await call(`${url}/count`, withKey('a'))
  t.deepEqual([second.status, second.body], [201, first.body])
  t.is(second.headers.get('location'), '/count/1')
  t.is(second.headers.get('idempotent-replayed'), 'true')
  const other = await call(`${url}/count`, withKey('a', 2))
  t.deepEqual([other.status, codeOf(other)], [422, 'IDEMPOTENCY_KEY_REUSED'])
})

test.serial('what failed, and what leaves in pieces, is not kept', async (t) => {
  const { url } = await serve(t, { routes, plugins: [memoryStore()] })
  const before = done
  for (let n = 0; n < 2; n++) t.is((await call(`${url}/fail`, withKey('f'))).status, 500)
  for (let n = 0; n < 2; n++) {
    const { headers } = await call(`${url}/stream`, withKey('s'))
    t.is(headers.get('idempotent-replayed'), null)
  }
  t.is(done, before + 4)
})

test.serial('without a store, and without a key, each request is done', async (t) => {
  const { url } = await serve(t, { routes })
  const before = done
  for (let n = 0; n < 2; n++) await call(`${url}/count`, withKey('a'))
  await call(`${url}/count`, json({ n: 1 }))
  t.is(done, before + 3)
})
