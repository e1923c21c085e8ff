import assert from 'node:assert/strict'
import { EventBus } from '../../events/event-bus.js'
import { definePlugin } from '../../plugins/plugin.js'
import { UnitOfWork } from '../../transactions/transaction.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { noting, shipped, sold } from './shop.js'

/** Who is told of what, and when. */
export function checkDelivery(check: Check, open: Open): void {
  check('every consumer hears an event once, and those of other events do not', async (t) => {
    const [one, two] = [noting('conformance.one'), noting('conformance.two')]
    const deaf = noting('conformance.deaf', shipped)
    const app = await open(t, [one.subscription, deaf.subscription, two.subscription])
    await app.publish('o1')
    await app.publish('o2')
    await app.hears(one, ['o1', 'o2'])
    await app.hears(two, ['o1', 'o2'])
    await app.hears(deaf, [])
  })

  check('nothing is delivered before the commit', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    await app.transaction(async (tx) => {
      await app.bus.publish(tx, sold, { order: 'o1' })
      await app.publish('meanwhile')
      await app.hears(notes, ['meanwhile'])
    })
    await app.hears(notes, ['meanwhile', 'o1'])
  })

  check('nothing is delivered after a rollback', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    const cause = new Error('changed my mind')
    const rolledBack = app.transaction(async (tx) => {
      await app.bus.publish(tx, sold, { order: 'o1' })
      throw cause
    })
    await assert.rejects(rolledBack, cause)
    await app.hears(notes, [])
  })

  check('an event that comes after its transaction has ended is refused', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    const known = { source: 'stripe', externalId: 'evt_1' }
    await app.publish('o1', known)
    const kept = await app.transaction(async (tx) => tx)
    for (const options of [{}, known]) {
      const late = app.bus.publish(kept, sold, { order: 'late' }, options)
      await assert.rejects(late, { code: 'TRANSACTION_OVER' })
    }
    await app.hears(notes, ['o1'])
  })

  check('all events of one transaction are delivered', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    const orders = Array.from({ length: 10 }, (_, n) => `o${n}`)
    await app.transaction(async (tx) => {
      for (const order of orders) await app.bus.publish(tx, sold, { order })
    })
    await app.hears(notes, orders)
  })

  check('what a plugin publishes while it starts is delivered', async (t) => {
    const notes = noting('conformance.notes')
    const early = definePlugin({
      name: 'conformance-early',
      requires: { bus: EventBus, work: UnitOfWork },
      setup: ({ bus, work }) => ({
        start: async () =>
          void (await work.transaction((tx) => bus.publish(tx, sold, { order: 'early' }))),
      }),
    })
    const app = await open(t, [notes.subscription], [early()])
    await app.hears(notes, ['early'])
  })

  check(
    'many events that are published together are stored all or not at all, each once',
    async (t) => {
      const notes = noting('conformance.notes')
      const app = await open(t, [notes.subscription])
      const messages = ['o1', 'o2', 'o1'].map((order) => ({
        payload: { order },
        source: 'stripe',
        externalId: order,
      }))
      const published = await app.transaction((tx) => app.bus.publishAll(tx, sold, messages))
      assert.deepEqual(
        published.map(({ duplicate }) => duplicate),
        [false, false, true],
      )
      assert.equal(published[2]?.id, published[0]?.id)
      const bad = [{ payload: { order: 'o3' } }, { payload: { order: 4 } as never }]
      await assert.rejects(
        app.transaction((tx) => app.bus.publishAll(tx, sold, bad)),
        { code: 'INPUT_INVALID' },
      )
      assert.deepEqual(await app.transaction((tx) => app.bus.publishAll(tx, sold, [])), [])
      await app.hears(notes, ['o1', 'o2'])
    },
  )
}
