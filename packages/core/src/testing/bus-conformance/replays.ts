import assert from 'node:assert/strict'
import { RetryLater } from '../../events/retry-later.js'
import { on } from '../../events/subscription.js'
import type { Check, TestContext } from '../suite.js'
import type { Open } from './application.js'
import { noting, sold, type Order } from './shop.js'

const HOUR_SECONDS = 3600

/** Events of one key, whatever the order. */
const ordered = { ...sold, key: () => 'any' }

/** A consumer whose first attempt at "o1" goes on until it is let go. */
function held(t: TestContext) {
  const go = Promise.withResolvers<undefined>()
  t.teardown(() => go.resolve(undefined))
  const begun: string[] = []
  const committed: string[] = []
  const subscription = on(sold, 'conformance.held', {
    async prepare({ payload }) {
      begun.push(payload.order)
      if (payload.order === 'o1' && begun.length === 1) await go.promise
    },
    commit: async ({ payload, tx }) => tx.onCommit(() => committed.push(payload.order)),
  })
  return { subscription, begun, committed, letGo: () => go.resolve(undefined) }
}

/** What a replay queues: one delivery of an event at a time, for one consumer. */
export function checkReplays(check: Check, open: Open): void {
  check('what waits for its retry is not replayed beside it', async (t) => {
    for (const options of [{}, { limit: { per: 'key', count: 2 } }] as const) {
      let closed = true
      let attempts = 0
      const committed: string[] = []
      const till = on(
        sold,
        'conformance.till',
        async ({ payload, tx }) => {
          attempts++
          if (closed) throw new RetryLater(0.05, 'it is closed')
          tx.onCommit(() => committed.push(payload.order))
        },
        options,
      )
      const app = await open(t, [till])
      await app.publish('o1')
      await app.until('two attempts', () => attempts > 1)
      // Whether it waits for its retry just now or is at work: it is delivered already.
      assert.equal(await app.bus.replay('conformance.till'), 0)
      assert.equal(await app.bus.replay('conformance.till'), 0)
      closed = false
      await app.until('the event', () => committed.length > 0)
      await app.publish('o2')
      await app.until('one more event', () => committed.includes('o2'))
      assert.deepEqual(committed, ['o1', 'o2'])
      await app.forge.stop()
    }
  })

  check('what waits for its delay is not replayed, and comes no earlier', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    await app.publish('later', { delaySeconds: HOUR_SECONDS })
    assert.equal(await app.bus.replay('conformance.notes'), 0)
    await app.hears(notes, [])
  })

  check('what is at work is not replayed beside it', async (t) => {
    const { subscription, begun, committed, letGo } = held(t)
    const app = await open(t, [subscription])
    await app.publish('o1')
    await app.until('the attempt', () => begun.length > 0)
    assert.equal(await app.bus.replay('conformance.held'), 0)
    assert.equal(await app.bus.replay('conformance.held'), 0)
    await app.publish('o2')
    await app.until('another event', () => committed.includes('o2'))
    letGo()
    await app.until('both events', () => committed.length === 2)
    await app.publish('o3')
    await app.until('one more event', () => committed.includes('o3'))
    assert.deepEqual(begun, ['o1', 'o2', 'o3'])
  })

  check(
    'in order, what is at work is taken from its attempt, and comes behind what comes before it again',
    async (t) => {
      const committed: string[] = []
      const go = Promise.withResolvers<undefined>()
      t.teardown(() => go.resolve(undefined))
      let holds = true
      const till = on(
        ordered,
        'conformance.held',
        {
          async prepare({ payload }) {
            if (payload.order !== 'o2' || !holds) return
            holds = false
            await go.promise
          },
          commit: async ({ payload, tx }) => tx.onCommit(() => committed.push(payload.order)),
        },
        { order: 'key' },
      )
      const app = await open(t, [till])
      const publish = (order: string) =>
        app.transaction((tx) => app.bus.publish<Order>(tx, ordered, { order }))
      for (const order of ['o1', 'o2', 'o3']) await publish(order)
      await app.until('the attempt', () => !holds)
      assert.equal(await app.bus.replay('conformance.held'), 2, 'what was handled, and is at work')
      await app.until('all events', () => committed.length >= 4)
      go.resolve(undefined)
      await publish('o4')
      await app.until('one more event', () => committed.includes('o4'))
      assert.deepEqual(committed, ['o1', 'o1', 'o2', 'o3', 'o4'])
    },
  )

  check('in order, what is replayed comes before later events that wait', async (t) => {
    let closed = true
    const committed: string[] = []
    const till = on(
      ordered,
      'conformance.till',
      async ({ payload, tx }) => {
        if (closed && payload.order === 'o2') throw new RetryLater(0.05, 'it is closed')
        tx.onCommit(() => committed.push(payload.order))
      },
      { order: 'key' },
    )
    const app = await open(t, [till])
    const day = (order: string) => new Date(`2026-01-0${order.slice(1)}T12:00:00Z`)
    for (const order of ['o1', 'o2', 'o3']) {
      await app.transaction((tx) =>
        app.bus.publish<Order>(tx, ordered, { order }, { occurredAt: day(order) }),
      )
    }
    await app.until('the first event', () => committed.length > 0)
    assert.equal(await app.bus.replay('conformance.till', { from: day('o3') }), 0, 'what waits')
    assert.equal(await app.bus.replay('conformance.till', { to: day('o2') }), 1, 'what is done')
    // And what is paused or at work, and keeps its place.
    await app.bus.replay('conformance.till', { from: day('o2') })
    await app.until('the first event again', () => committed.length > 1)
    closed = false
    await app.until('all events', () => committed.length > 3)
    assert.deepEqual(committed, ['o1', 'o1', 'o2', 'o3'])
  })
}
