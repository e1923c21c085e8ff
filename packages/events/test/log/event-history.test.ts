import { randomUUID } from 'node:crypto'
import { EventHistory, on } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, noted, record } from '../application.js'

const refuse = on(noted, 'refuses', () => Promise.reject(new Error('It is full.')), {
  retry: { limit: 0 },
})

test('past events come newest first, a page after the other, and by type, user and chain', async (t) => {
  const app = await application(t, { on: [record('a')] })
  const history = app.forge.get(EventHistory)
  const userId = randomUUID()
  const day = (date: number) => ({ occurredAt: new Date(Date.UTC(2026, 0, date)) })
  // The second was stored last, and happened between the others.
  for (const date of [1, 3, 2]) await app.publish(`day ${date}`, day(date))
  const { id } = await app.publish('of somebody', { userId, ...day(1) })
  const textsOf = async (query: object) => {
    const events = await history.list({ limit: 2, ...query })
    return { last: events.at(-1)?.id, texts: events.map(({ payload }) => payload) }
  }
  const first = await textsOf({})
  t.deepEqual(first.texts, [{ text: 'day 3' }, { text: 'day 2' }])
  const second = await textsOf({ before: first.last })
  t.deepEqual(second.texts, [{ text: 'of somebody' }, { text: 'day 1' }])
  t.deepEqual((await textsOf({ before: second.last })).texts, [])
  t.deepEqual((await textsOf({ userId })).texts, [{ text: 'of somebody' }])
  t.deepEqual((await textsOf({ correlationId: id })).texts, [{ text: 'of somebody' }])
  t.deepEqual((await textsOf({ type: 'test.other' })).texts, [])
  t.deepEqual(await history.counts(new Date(Date.UTC(2026, 0, 2))), [
    { type: 'test.noted', count: 2 },
  ])
})

test('an event tells what became of it at each consumer', async (t) => {
  const app = await application(t, { on: [record('takes'), refuse] })
  const history = app.forge.get(EventHistory)
  const { id } = await app.publish('a note')
  const states = async () => {
    const { deliveries = [] } = (await history.find(id)) ?? {}
    return deliveries.map(({ consumer, state, reason }) => ({ consumer, state, reason }))
  }
  const taken = { consumer: 'takes', state: 'handled', reason: null }
  await waitFor(async () => (await states()).every(({ state }) => /handled|dead/.test(state)))
  t.deepEqual(await states(), [
    { consumer: 'refuses', state: 'dead', reason: 'It is full.' },
    taken,
  ])
  t.deepEqual(await history.loads(), [
    { consumer: 'refuses', waiting: 0, deadLetters: 1 },
    { consumer: 'takes', waiting: 0, deadLetters: 0 },
  ])
  await app.bus.deadLetters.discard({}, 'nobody needs it')
  t.deepEqual(await states(), [
    { consumer: 'refuses', state: 'discarded', reason: 'nobody needs it' },
    taken,
  ])
  t.is(await history.find(randomUUID()), undefined)
})

test('an event whose consumers are not at work yet waits, and one that came first is not theirs', async (t) => {
  const early = await application(t)
  const { id: before } = await early.publish('before anybody')
  const app = await application(t, { on: [record('later')], url: early.url, serve: false })
  const history = app.forge.get(EventHistory)
  t.deepEqual((await history.find(before))?.deliveries, [])
  const { id } = await app.publish('a note')
  t.like(await history.find(id), {
    event: { id, type: 'test.noted' },
    deliveries: [{ consumer: 'later', state: 'waiting', attempts: 0, reason: null }],
  })
})

test('a question that no store can answer is refused', async (t) => {
  const app = await application(t)
  const history = app.forge.get(EventHistory)
  for (const limit of [-1, 0, 1.5, NaN, Infinity])
    await t.throwsAsync(history.list({ limit }), {
      code: 'INPUT_INVALID',
      message: /limit is .*; give a whole number from 1 on/,
    })
  for (const name of ['userId', 'correlationId', 'before'])
    await t.throwsAsync(history.list({ limit: 1, [name]: 'ada' }), {
      code: 'INPUT_INVALID',
      message: new RegExp(`${name} is "ada"; give a UUID`),
    })
  for (const since of [new Date(NaN), new Date(-8.64e15)])
    await t.throwsAsync(history.counts(since), {
      code: 'INPUT_INVALID',
      message: /since is .*4713 BC/,
    })
  t.is(await history.find('ada'), undefined)
})
