import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { EventIngest } from '../../src/index.js'
import { application, noted, record } from '../application.js'

test('events that come at the same moment are stored in few transactions, each answered for itself', async (t) => {
  const app = await application(t, { on: [record('a')] })
  const { ingest } = bound(app.forge.get(EventIngest))
  const ids = Array.from({ length: 300 }, (_, index) => `evt_${index % 200}`)
  const answers = await Promise.all(
    ids.map((externalId) => ingest(noted, { text: externalId }, { source: 'test', externalId })),
  )
  t.is(answers.filter(({ duplicate }) => duplicate).length, 100)
  t.is(new Set(answers.map(({ id }) => id)).size, 200)
  const [row] = await app.db.query<{ n: number }>(
    'SELECT count(DISTINCT xmin::text)::int AS n FROM events',
  )
  t.true((row?.n ?? 0) < 20)
  await waitFor(async () => (await app.effects('a')).length === 200)
  t.is(new Set(await app.effects('a')).size, 200)
})

test('one that cannot be stored is refused alone', async (t) => {
  const app = await application(t, { on: [record('a')] })
  const { ingest } = bound(app.forge.get(EventIngest))
  const [good, bad, misfit, other] = await Promise.allSettled([
    ingest(noted, { text: 'good' }),
    ingest(noted, { text: 'bad' }, { userId: 'nobody' }),
    ingest(noted, { text: 5 } as never),
    ingest(noted, { text: 'other' }),
  ])
  t.like(bad, { reason: { code: 'EVENT_INVALID' } })
  t.deepEqual(
    [good, bad, misfit, other].map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  )
  await waitFor(async () => (await app.effects('a')).length === 2)
  t.deepEqual((await app.effects('a')).toSorted(), ['good', 'other'])
})

const bound = (service: EventIngest) => ({ ingest: service.ingest.bind(service) })
