import { on } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { beginReplay, goOnWithReplay } from '../src/replay.js'
import { application, noted, record } from './application.js'

type Application = Awaited<ReturnType<typeof application>>

/** Writes many events into the log at once, every second one of another type. */
const writeHistory = ({ db }: Application, count: number) =>
  db.transaction(
    (tx) =>
      tx.query(
        `INSERT INTO events (id, event_type, payload, version, key, correlation_id)
         SELECT gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'test.noted' ELSE 'test.other' END,
                jsonb_build_object('text', 'k' || n % 7 || '-' || n), 1, 'k' || n % 7, gen_random_uuid()
         FROM generate_series(1, $1::int) AS n`,
        [count],
      ),
    { statementSeconds: 0 },
  )

const positions = async ({ db }: Application) =>
  (
    await db.query<{ position: string }>('SELECT position FROM event_deliveries ORDER BY position')
  ).map(({ position }) => Number(position))

const unfinished = async ({ db }: Application) =>
  (await db.query('SELECT 1 FROM event_replays WHERE finished_at IS NULL')).length

test.serial(
  'a new consumer hears all of a long past, and what is published meanwhile, once',
  async (t) => {
    const app = await application(t)
    await writeHistory(app, 12_000)
    const historian = record('historian', { from: 'beginning' })
    const later = await application(t, { url: app.url, on: [historian] })
    for (let n = 0; n < 20; n++) await later.publish(`new-${n}`)
    await waitFor(async () => (await unfinished(app)) === 0)
    await waitFor(async () => (await app.log.backlog())[0]?.pending === 0, { timeoutMs: 60_000 })
    const [row] = await app.db.query(
      'SELECT count(*)::int AS effects, count(DISTINCT text)::int AS texts FROM effects',
    )
    t.deepEqual(row, { effects: 6_020, texts: 6_020 })
  },
)

test.serial('a large log is replayed by command, a part at a time', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  await writeHistory(app, 12_000)
  await app.db.query(`
    CREATE FUNCTION refuse_many() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT count(*) FROM queued) > 5000 THEN RAISE EXCEPTION 'too many at once'; END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER refusing_many AFTER INSERT ON event_deliveries REFERENCING NEW TABLE AS queued
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_many();`)
  t.deepEqual(await app.command('events:replay', 'a'), ['Delivering 6000 events to a again.'])
  t.is((await app.log.backlog())[0]?.pending, 6_000)
})

test.serial(
  'a replay whose process has ended is brought to its end by another, with nothing twice',
  async (t) => {
    const app = await application(t, { on: [record('a')], config: { consume: false } })
    await writeHistory(app, 12_000)
    const crash = new AbortController()
    const id = (await beginReplay(app.db, 'a')) ?? ''
    t.is(await goOnWithReplay(app.db, id, () => crash.abort(), crash.signal), 2_500)
    t.is(await unfinished(app), 1)
    await application(t, { url: app.url, on: [record('a')] })
    await waitFor(async () => (await unfinished(app)) === 0)
    await waitFor(async () => (await app.log.backlog())[0]?.pending === 0, { timeoutMs: 60_000 })
    const texts = await app.effects('a')
    t.is(texts.length, 6_000)
    t.is(new Set(texts).size, 6_000)
  },
)

test.serial('processes that go on with the same replay queue nothing twice', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  await writeHistory(app, 20_000)
  const id = (await beginReplay(app.db, 'a')) ?? ''
  const handled: number[] = []
  // What is queued is handled at once, so that a second delivery would not meet the first.
  const handle = () =>
    void app.db
      .query('DELETE FROM event_deliveries RETURNING position')
      .then((rows) => handled.push(...rows.map(({ position }) => Number(position))))
  await Promise.all([1, 2, 3].map(() => goOnWithReplay(app.db, id, handle)))
  await waitFor(async () => handled.length >= 10_000)
  t.is(handled.length, 10_000)
  t.is(new Set(handled).size, 10_000)
})

test.serial('of one key, what is published while the past is queued waits for it', async (t) => {
  const clerk = record('clerk', { order: 'key', from: 'beginning' })
  const app = await application(t)
  await writeHistory(app, 6_000)
  const registering = await application(t, {
    url: app.url,
    on: [clerk],
    config: { consume: false },
  })
  await registering.publish('k0-new')
  t.deepEqual((await positions(app)).length, 1)
  await application(t, { url: app.url, on: [clerk] })
  await waitFor(async () => (await app.effects('clerk')).includes('k0-new'), { timeoutMs: 60_000 })
  const ofKey = (await app.effects('clerk')).filter((text) => text.startsWith('k0-'))
  const past = Array.from({ length: 3_000 }, (_, n) => 2 * n + 2).filter((n) => n % 7 === 0)
  t.deepEqual(ofKey, [...past.map((n) => `k0-${n}`), 'k0-new'])
})

test.serial('a replay ends with a consumer that is forgotten', async (t) => {
  const app = await application(t, { on: [record('gone')], config: { consume: false } })
  await writeHistory(app, 12_000)
  const id = (await beginReplay(app.db, 'gone')) ?? ''
  const forget = new AbortController()
  await goOnWithReplay(app.db, id, () => forget.abort(), forget.signal)
  await app.command('events:forget', 'gone')
  t.is(await goOnWithReplay(app.db, id, () => undefined), 0)
  t.deepEqual(await positions(app), [])
})

test.serial('what is replayed is no dead letter any more', async (t) => {
  let broken = true
  const shaky = on(
    noted,
    'shaky',
    async () => {
      if (broken) throw new Error('no')
    },
    { retry: { limit: 0 } },
  )
  const app = await application(t, { on: [shaky] })
  for (const text of ['discarded', 'dead']) {
    await app.publish(text)
    await waitFor(async () => (await app.bus.deadLetters.list()).length === 1)
    if (text === 'discarded') await app.bus.deadLetters.discard({}, 'a test')
  }
  broken = false
  t.is(await app.bus.replay('shaky'), 2)
  await waitFor(async () => (await app.log.backlog())[0]?.pending === 0)
  t.deepEqual(await app.bus.deadLetters.list(), [])
  const kept = await app.db.query('SELECT discard_reason FROM event_dead_letters')
  t.deepEqual(kept, [{ discard_reason: 'a test' }])
})

test.serial(
  'of one key, what is at work when a replay begins is heard again in its place',
  async (t) => {
    const heard: string[] = []
    const begun = Promise.withResolvers<undefined>()
    const goOn = Promise.withResolvers<undefined>()
    const clerk = on(
      noted,
      'clerk',
      {
        async prepare({ payload }) {
          if (payload.text !== 'k-3') return
          begun.resolve(undefined)
          await goOn.promise
        },
        commit: async ({ tx, payload }) => tx.onCommit(() => heard.push(payload.text)),
      },
      { order: 'key' },
    )
    const app = await application(t, { on: [clerk] })
    for (const text of ['k-1', 'k-2', 'k-3']) await app.publish(text)
    await begun.promise
    t.is(await app.bus.replay('clerk'), 3)
    goOn.resolve(undefined)
    await waitFor(async () => (await app.log.backlog())[0]?.pending === 0)
    t.deepEqual(heard, ['k-1', 'k-2', 'k-1', 'k-2', 'k-3'])
  },
)

test.serial('a replay that meets an error leaves nothing going on', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  await writeHistory(app, 12_000)
  await refuseDeliveries(app, 'NEW.position > 7000')
  const error = await t.throwsAsync(app.bus.replay('a'), { code: 'REPLAY_BROKEN_OFF' })
  t.regex(error.message, /too many.*2500 events are delivered again, and no more/)
  await app.db.query('DROP TRIGGER refusing ON event_deliveries')
  t.is(await unfinished(app), 0)
  await application(t, { url: app.url, on: [record('a')] })
  await waitFor(async () => (await app.log.backlog())[0]?.pending === 0, { timeoutMs: 60_000 })
  t.is((await app.effects('a')).length, 2_500)
})

test.serial('a replay that cannot be called off says that it goes on', async (t) => {
  const app = await application(t, { on: [record('a')], config: { consume: false } })
  await writeHistory(app, 12_000)
  await refuseDeliveries(app, 'NEW.position > 7000')
  // As while the server is away: neither a step nor the end of it can be written down.
  await app.db.query('ALTER TABLE event_replays ADD CHECK (finished_at IS NULL)')
  const refused = t.throwsAsync(app.bus.replay('a'), { code: 'REPLAY_GOES_ON' })
  t.regex((await refused).message, /so do not begin it again/)
  t.is(await unfinished(app), 1)
})

test.serial(
  'a redrive and a replay of the same dead letters do not stand in each other’s way',
  async (t) => {
    const app = await application(t, { on: [record('a')], config: { consume: false } })
    for (const text of ['one', 'two']) await app.publish(text)
    await app.db.query('DELETE FROM event_deliveries')
    await app.db.query(
      `INSERT INTO event_dead_letters (consumer, position, attempts, reason)
     SELECT 'a', position, 1, 'no' FROM events`,
    )
    // The replay has queued the first event and waits before the second.
    await app.db.query(`
    CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.position = 2 THEN PERFORM pg_advisory_xact_lock(4711); END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER waiting BEFORE INSERT ON event_deliveries
      FOR EACH ROW EXECUTE FUNCTION wait_here();`)
    const waiting = async () =>
      (
        await app.db.query(
          `SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE datname = current_database() AND NOT granted
         UNION ALL
         SELECT 1 FROM pg_locks w JOIN pg_stat_activity a USING (pid)
         WHERE w.database IS NULL AND datname = current_database() AND NOT granted`,
        )
      ).length
    const [replayed, redriven] = await app.db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(4711)')
      const replaying = app.bus.replay('a')
      await waitFor(async () => (await waiting()) === 1)
      const redriving = app.bus.deadLetters.redrive({ consumer: 'a' })
      await waitFor(async () => (await waiting()) === 2)
      return [replaying, redriving] as const
    })
    t.deepEqual(await Promise.all([replayed, redriven]), [2, 0])
    t.deepEqual(await app.bus.deadLetters.list(), [])
    t.deepEqual(await positions(app), [1, 2])
  },
)

/** Lets PostgreSQL refuse deliveries, as for want of room. */
const refuseDeliveries = ({ db }: Application, when: string) =>
  db.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'too many'; END $$;
    CREATE TRIGGER refusing BEFORE INSERT ON event_deliveries
      FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION refuse();`)
