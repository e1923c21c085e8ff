import assert from 'node:assert/strict'
import { defineEvent } from '../../events/event.js'
import { on } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { noting, orderSchema, sold, type Order } from './shop.js'

/** As events of an older version of the application were: the buyer was not known yet. */
const soldBefore = defineEvent({ name: 'conformance.sold', version: 1, schema: orderSchema })
const soldNow = defineEvent({
  name: 'conformance.sold',
  version: 2,
  schema: orderSchema,
  upcast: (payload, version) => ({ ...(payload as Order), buyer: `buyer of version ${version}` }),
})

/** Events of other times and other versions. */
export function checkPast(check: Check, open: Open): void {
  check(
    'a replay delivers again what a consumer has handled, in the range that is asked for',
    async (t) => {
      const notes = noting('conformance.notes')
      const other = noting('conformance.other')
      const app = await open(t, [notes.subscription, other.subscription])
      const days = ['2026-01-01', '2026-01-02', '2026-01-03']
      for (const day of days) {
        await app.publish(day, { occurredAt: new Date(`${day}T12:00:00Z`) })
      }
      await app.until('all events', () => notes.orders.length === 3 && other.orders.length === 3)
      const range = { from: new Date('2026-01-02T00:00:00Z'), to: new Date('2026-01-03T00:00:00Z') }
      assert.equal(await app.bus.replay('conformance.notes', range), 1)
      await app.until('the replayed event', () => notes.orders.length === 4)
      assert.equal(notes.orders[3], '2026-01-02')
      assert.equal(await app.bus.replay('conformance.notes'), 3)
      await app.until('all events again', () => notes.orders.length === 7)
      assert.equal(other.orders.length, 3, 'another consumer was told again')
      await assert.rejects(app.bus.replay('conformance.nobody'), { code: 'CONSUMER_UNKNOWN' })
    },
  )

  check('an event of an older version is handed over as one of the newer', async (t) => {
    const heard: [buyer: string | undefined, version: number][] = []
    const note = on(soldNow, 'conformance.note', async ({ payload, event }) => {
      heard.push([payload.buyer, event.version])
    })
    const app = await open(t, [note])
    await app.transaction((tx) => app.bus.publish(tx, soldBefore, { order: 'o1' }))
    await app.transaction((tx) => app.bus.publish(tx, soldNow, { order: 'o2', buyer: 'Ada' }))
    await app.until('both events', () => heard.length === 2)
    assert.deepEqual(heard.toSorted(), [
      ['Ada', 2],
      ['buyer of version 1', 1],
    ])
  })

  check('an event of a newer version waits for a process that knows it', async (t) => {
    const heard: string[] = []
    const note = on(
      soldBefore,
      'conformance.note',
      async ({ payload }) => void heard.push(payload.order),
      { retry: { limit: 0 } },
    )
    const app = await open(t, [note])
    await app.publish('of tomorrow')
    await app.transaction((tx) => app.bus.publish(tx, soldBefore, { order: 'of today' }))
    await app.until('the event of today', () => heard.length > 0)
    assert.deepEqual(heard, ['of today'])
    assert.deepEqual(await app.bus.deadLetters.list(), [])
  })

  check('a delayed event comes no earlier than it may', async (t) => {
    const times: number[] = []
    const note = on(sold, 'conformance.note', async () => void times.push(performance.now()))
    const app = await open(t, [note])
    const published = performance.now()
    await app.publish('later', { delaySeconds: 0.4 })
    await app.until('the event', () => times.length > 0)
    const ms = Number(times[0]) - published
    assert.ok(ms >= 390, `it came after ${ms} ms`)
  })
}
