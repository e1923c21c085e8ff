import assert from 'node:assert/strict'
import type { PublishOptions } from '../../events/event-bus.js'
import { on } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { noting, sold } from './shop.js'

const ADA = '0B5E9A6C-5F0E-4C59-8D3D-6A2B7F5C1E11'

/** What is refused to its caller, since not every bus could store it or would make sense of it. */
export function checkRefusals(check: Check, open: Open): void {
  /** Publishes alone, and among others. */
  const refusal = async (
    app: Awaited<ReturnType<Open>>,
    options: PublishOptions,
    message: RegExp,
    type = sold,
  ) => {
    const payload = { order: 'refused' }
    const one = app.transaction((tx) => app.bus.publish(tx, type, payload, options))
    await assert.rejects(one, { code: 'EVENT_INVALID', message })
    const messages = [{ payload: { order: 'good' } }, { payload, ...options }]
    const many = app.transaction((tx) => app.bus.publishAll(tx, type, messages))
    await assert.rejects(many, { code: 'EVENT_INVALID', message })
  }

  check('a user’s id that is no UUID is refused to the publisher', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    await refusal(app, { userId: 'ada' }, /userId is "ada".*UUID/)
    await refusal(app, {}, /userId is "refused".*UUID/, {
      ...sold,
      userId: ({ order }) => (order === 'good' ? ADA : order),
    })
    await app.hears(notes, [])
  })

  check('a user’s id comes in lower case', async (t) => {
    const users: (string | null)[] = []
    const { subscription } = noting('conformance.notes')
    const app = await open(t, [
      { ...subscription, commit: async ({ event }) => void users.push(event.userId) },
    ])
    await app.publish('o1', { userId: ADA })
    await app.until('the event', () => users.length > 0)
    assert.deepEqual(users, [ADA.toLowerCase()])
  })

  check('a time that no store can hold is refused to the publisher', async (t) => {
    const heard: Date[] = []
    const note = on(sold, 'conformance.note', async ({ event, tx }) =>
      tx.onCommit(() => heard.push(event.occurredAt)),
    )
    const app = await open(t, [note])
    for (const occurredAt of [new Date(NaN), new Date(-8.64e15), new Date(Date.UTC(-4713, 11, 31))])
      await refusal(app, { occurredAt }, /occurredAt.*4713 BC/)
    const ends = [new Date(Date.UTC(-4712, 0, 1)), new Date(0), new Date(8.64e15)]
    for (const occurredAt of ends) await app.publish('o1', { occurredAt })
    await app.until('all events', () => heard.length >= ends.length)
    const byTime = (a: Date, b: Date) => a.getTime() - b.getTime()
    assert.deepEqual(heard.toSorted(byTime), ends)
    assert.equal(await app.bus.replay('conformance.note', { from: ends[0], to: ends[2] }), 2)
  })

  check('a replay from or to what is no time is refused', async (t) => {
    const notes = noting('conformance.notes')
    const app = await open(t, [notes.subscription])
    for (const no of [new Date(NaN), new Date(-8.64e15)])
      for (const range of [{ from: no }, { to: no }]) {
        const replay = app.bus.replay('conformance.notes', range)
        await assert.rejects(replay, { code: 'INPUT_INVALID', message: /(from|to) .*4713 BC/ })
      }
  })

  check('a page of dead letters of no whole number is refused', async (t) => {
    const app = await open(t, [])
    for (const limit of [-1, 0, 1.5, NaN, Infinity])
      await assert.rejects(app.bus.deadLetters.list({ limit }), {
        code: 'INPUT_INVALID',
        message: /limit is .*whole number from 1 on/,
      })
  })

  check('what is published after the application has stopped is refused', async (t) => {
    const app = await open(t, [noting('conformance.notes').subscription])
    await app.forge.stop()
    await assert.rejects(async () => app.publish('too late'))
  })
}
