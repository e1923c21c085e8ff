import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, record } from './application.js'

test('a new consumer hears the past where it asks for it, and else only what comes', async (t) => {
  const app = await application(t)
  await app.publish('before')
  const later = await application(t, {
    url: app.url,
    on: [record('historian', { from: 'beginning' }), record('newcomer')],
  })
  await later.publish('after')
  await waitFor(async () => (await later.effects('historian')).length === 2)
  await waitFor(async () => (await later.effects('newcomer')).length === 1)
  // It asked for no order.
  t.deepEqual((await later.effects('historian')).toSorted(), ['after', 'before'])
  t.deepEqual(await later.effects('newcomer'), ['after'])
})

test('what waits for a consumer follows its new rule of order', async (t) => {
  const app = await application(t, { on: [record('clerk')], config: { consume: false } })
  for (const text of ['a-1', 'b-1', 'a-2']) await app.publish(text)
  const lanes = () =>
    app.db.query<{ lane: string | null }>('SELECT lane FROM event_deliveries ORDER BY position')
  t.deepEqual(await lanes(), [{ lane: null }, { lane: null }, { lane: null }])
  await application(t, {
    url: app.url,
    on: [record('clerk', { order: 'key' })],
    config: { consume: false },
  })
  t.deepEqual(await lanes(), [{ lane: 'a' }, { lane: 'b' }, { lane: 'a' }])
})

test('a consumer that no code has any more is listed with what waits for it, and can be forgotten', async (t) => {
  const app = await application(t, { on: [record('gone')], config: { consume: false } })
  await app.publish('waits')
  t.regex((await app.command('events:backlog')).join(), /gone {2}1 pending .*0 dead/)
  t.deepEqual(await app.command('events:forget', 'gone'), [
    'gone is forgotten; 1 events that waited for it are dropped.',
  ])
  t.deepEqual(await app.command('events:backlog'), [])
  await t.throwsAsync(app.command('events:forget', 'gone'), { code: 'CONSUMER_UNKNOWN' })
  await app.publish('nobody listens')
  t.deepEqual(await app.db.query('SELECT consumer FROM event_deliveries'), [])
})
