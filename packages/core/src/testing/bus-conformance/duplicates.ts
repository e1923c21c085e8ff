import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { on } from '../../events/subscription.js'
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

  for (const ending of ['commits', 'is rolled back'] as const) {
    check(
      `of two transactions at a time with one event, where the first ${ending}, each is told the id that is delivered`,
      async (t) => {
        const heard: string[] = []
        const note = on(sold, 'conformance.note', async ({ event }) => void heard.push(event.id))
        const app = await open(t, [note])
        const published = Promise.withResolvers<undefined>()
        const first = app.transaction(async (tx) => {
          const told = await app.bus.publish(tx, sold, { order: 'o1' }, outside)
          published.resolve(undefined)
          for (let turns = 0; turns < 20; turns++) await turn()
          if (ending === 'is rolled back') throw new Error('no')
          return told
        })
        await published.promise
        const [one, two] = await Promise.allSettled([first, app.publish('o1', outside)])
        assert.equal(one.status, ending === 'commits' ? 'fulfilled' : 'rejected')
        assert.equal(two.status, 'fulfilled')
        await app.until('the delivery', () => heard.length > 0)
        const told = [one, two].flatMap((end) => (end.status === 'fulfilled' ? end.value.id : []))
        for (const id of told) assert.equal(id, heard[0])
      },
    )
  }

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
    await app.publish('o3', { source: 'stripe\nevt', externalId: '1' })
    await app.publish('o4', { source: 'stripe', externalId: 'evt\n1' })
    await app.hears(notes, ['o1', 'o2', 'o3', 'o4'])
  })
}
