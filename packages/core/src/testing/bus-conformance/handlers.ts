import assert from 'node:assert/strict'
import type { EventEnvelope } from '../../events/event.js'
import { on, type DeliveryContext } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { line, noting, QUICK, shipped, sold, type Order } from './shop.js'

/** What handlers are given, and what they give on. */
export function checkHandlers(check: Check, open: Open): void {
  check('a handler is given the event as it was published', async (t) => {
    const heard: DeliveryContext<Order>[] = []
    const note = on(sold, 'conformance.note', async (ctx) => void heard.push(ctx))
    const app = await open(t, [note])
    const options = {
      userId: '0b5e9a6c-5f0e-4c59-8d3d-6a2b7f5c1e11',
      occurredAt: new Date('2026-01-31T23:59:59.500Z'),
      source: 'stripe',
      externalId: 'evt_1',
    }
    const { id } = await app.publish('o1', options)
    await app.until('the delivery', () => heard.length > 0)
    const [{ event, payload, attempt }] = heard as [DeliveryContext<Order>]
    const stored = { order: 'o1', buyer: 'nobody' }
    const expected = {
      ...options,
      id,
      type: 'conformance.sold',
      version: 2,
      key: 'o1',
      correlationId: id,
      causationId: null,
      payload: stored,
    }
    assert.deepEqual(event, { ...event, ...expected })
    assert.deepEqual(payload, stored, 'the payload, as the schema makes it')
    assert.equal(attempt, 1)
  })

  check('an event published in a handler carries the chain that led to it', async (t) => {
    const chain: EventEnvelope[] = []
    const ship = on(sold, 'conformance.ship', async (ctx) => {
      chain.push(ctx.event)
      await ctx.publish(shipped, ctx.payload)
    })
    const note = on(shipped, 'conformance.note', async ({ event }) => void chain.push(event))
    const app = await open(t, [ship, note])
    const { id } = await app.publish('o1')
    await app.until('both deliveries', () => chain.length === 2)
    assert.deepEqual(
      chain.map(({ type, correlationId, causationId }) => [type, correlationId, causationId]),
      [
        ['conformance.sold', id, null],
        ['conformance.shipped', id, id],
      ],
    )
  })

  check('a two-step handler prepares outside the transaction and commits the result', async (t) => {
    const prepared: { key: string; inside: boolean }[] = []
    const committed: string[] = []
    const twoStep = on(
      sold,
      'conformance.two-step',
      {
        prepare: async (ctx) => {
          prepared.push({ key: ctx.idempotencyKey, inside: 'tx' in ctx })
          return `receipt ${prepared.length}`
        },
        commit: async ({ tx, attempt }, receipt) => {
          tx.onCommit(() => committed.push(receipt))
          if (attempt === 1) throw new Error('not yet')
        },
      },
      QUICK,
    )
    const app = await open(t, [twoStep])
    await app.publish('o1')
    await app.until('the receipt', () => committed.length > 0)
    assert.deepEqual(committed, ['receipt 2'])
    const [first, second] = prepared
    assert.equal(first?.inside, false, 'prepare was given a transaction')
    assert.deepEqual(second, first, 'a second attempt has the key of the first')
  })

  check(
    'what a handler does to its event, no other attempt and no other consumer sees',
    async (t) => {
      const heard: [number: number, year: number][] = []
      const careless = (consumer: string) =>
        on(
          line,
          consumer,
          async ({ payload, event, attempt }) => {
            heard.push([payload.number, event.occurredAt.getUTCFullYear()])
            payload.number = 99
            event.occurredAt.setUTCFullYear(1999)
            if (attempt === 1) throw new Error('not yet')
          },
          QUICK,
        )
      const app = await open(t, [careless('conformance.one'), careless('conformance.two')])
      const occurredAt = new Date('2026-01-31T12:00:00Z')
      await app.transaction(async (tx) => {
        await app.bus.publish(tx, line, { till: 'a', number: 1 }, { occurredAt })
        occurredAt.setUTCFullYear(1998)
      })
      await app.until('all attempts', () => heard.length === 4)
      assert.deepEqual(heard, Array(4).fill([1, 2026]))
    },
  )

  check(
    'a prepare that takes too long is told, and its event given to another attempt',
    async (t) => {
      const told: AbortSignal[] = []
      const committed: number[] = []
      const released = Promise.withResolvers<undefined>()
      const slow = on(
        sold,
        'conformance.slow',
        {
          async prepare({ signal, attempt }) {
            if (attempt > 1) return
            told.push(signal)
            await released.promise
          },
          commit: async ({ tx, attempt }) => tx.onCommit(() => committed.push(attempt)),
        },
        { ...QUICK, timeoutSeconds: 0.05 },
      )
      const app = await open(t, [slow])
      t.teardown(() => released.resolve(undefined))
      await app.publish('o1')
      await app.until('the second attempt', () => committed.length > 0)
      assert.deepEqual(committed, [2])
      assert.ok(told[0]?.aborted, 'its signal did not abort')
    },
  )

  check(
    'a commit that does not end is rolled back, its event given to another attempt, and its key goes on',
    async (t) => {
      const released = Promise.withResolvers<undefined>()
      const committed: number[] = []
      const late: unknown[] = []
      let calls = 0
      const hanging = on(
        line,
        'conformance.hanging',
        async ({ payload, tx, publish }) => {
          tx.onCommit(() => committed.push(payload.number))
          if (++calls > 1) return
          await released.promise
          await publish(shipped, { order: 'late' }).catch((error: unknown) => late.push(error))
        },
        { order: 'key', claimSeconds: 1, retry: { limit: 10, baseSeconds: 0, maxSeconds: 0 } },
      )
      const notes = noting('conformance.notes', shipped)
      const app = await open(t, [hanging, notes.subscription])
      t.teardown(() => released.resolve(undefined))
      for (const number of [1, 2]) {
        await app.transaction((tx) => app.bus.publish(tx, line, { till: 'a', number }))
      }
      await app.until('both events', () => committed.length > 1)
      released.resolve(undefined)
      await app.until('the one that hung to go on', () => late.length > 0)
      assert.deepEqual(committed, [1, 2])
      await app.hears(notes, [])
    },
  )

  check('a payload that does not fit is refused to the publisher', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    const bad = app.transaction((tx) => app.bus.publish(tx, sold, { order: 1 } as never))
    await assert.rejects(bad, { code: 'INPUT_INVALID', message: /conformance\.sold.*order/s })
    await app.hears(notes, [])
  })

  check('text that no store can hold is delivered with the replacement character', async (t) => {
    const notes = noting('conformance.notes', shipped)
    const app = await open(t, [notes.subscription])
    await app.transaction((tx) => app.bus.publish(tx, shipped, { order: 'a\0b\ud800c' }))
    await app.hears(notes, ['a\ufffdb\ufffdc'])
  })

  check('a payload that JSON has no text for is refused to the publisher', async (t) => {
    const app = await open(t, [])
    const circle: Record<string, unknown> = {}
    circle.circle = circle
    for (const number of [1n, circle]) {
      const payload = { till: 'a', number: number as never }
      const bad = app.transaction((tx) => app.bus.publish(tx, line, payload))
      await assert.rejects(bad, { code: 'EVENT_INVALID', message: /conformance\.line.*JSON/s })
    }
  })
}
