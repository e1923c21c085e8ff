import assert from 'node:assert/strict'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { noting, sold } from './shop.js'

const outside = { source: 'stripe', externalId: 'evt_1' }

/** Events from outside, which come once however often they are brought. */
export function checkDuplicates(check: Check, open: Open): void {
  check('an event that is brought again is answered with the first one’s id', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    const first = await app.publish('o1', outside)
    assert.equal(first.duplicate, false)
    assert.deepEqual(await app.publish('o1', outside), { id: first.id, duplicate: true })
    await app.hears(notes, ['o1'])
    assert.deepEqual(await app.publish('o1', outside), { id: first.id, duplicate: true })
    await app.hears(notes, ['o1'])
  })

  check('an event that many bring at the same moment is delivered once', async (t) => {
    const [one, two] = [noting('conformance.one'), noting('conformance.two')]
    const app = await open(t, [one.subscription, two.subscription])
    await Promise.all(Array.from({ length: 20 }, () => app.publish('o1', outside)))
    await app.hears(one, ['o1'])
    await app.hears(two, ['o1'])
  })

  check('an event that one transaction publishes twice is delivered once', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    await app.transaction(async (tx) => {
      await app.bus.publish(tx, sold, { order: 'o1' }, outside)
      await app.bus.publish(tx, sold, { order: 'o1' }, outside)
    })
    await app.hears(notes, ['o1'])
  })

  check('an event whose transaction was rolled back can be brought again', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    const rolledBack = app.transaction(async (tx) => {
      await app.bus.publish(tx, sold, { order: 'o1' }, outside)
      throw new Error('no')
    })
    await assert.rejects(rolledBack, { message: 'no' })
    assert.equal((await app.publish('o1', outside)).duplicate, false)
    await app.hears(notes, ['o1'])
  })

  check('sources do not get into the way of each other', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    await app.publish('o1', outside)
    await app.publish('o2', { ...outside, source: 'paypal' })
    await app.hears(notes, ['o1', 'o2'])
  })
}
