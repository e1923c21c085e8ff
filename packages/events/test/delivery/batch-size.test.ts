import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, noted, record } from '../application.js'

test('where commits are slow, many handlers share one', async (t) => {
  const publisher = await application(t, { on: [record('a')], config: { consume: false } })
  await publisher.db.query(`
    CREATE FUNCTION sleep_once() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF coalesce(current_setting('test.slept', true), '') = '' THEN
          PERFORM pg_sleep(0.15), set_config('test.slept', 'yes', true);
        END IF;
        RETURN NULL;
      END $$;
    CREATE CONSTRAINT TRIGGER sleep_once AFTER INSERT ON effects DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION sleep_once()`)
  const messages = Array.from({ length: 300 }, (_, n) => ({ payload: { text: `a-${n}` } }))
  await publisher.db.transaction((tx) => publisher.bus.publishAll(tx, noted, messages))
  await application(t, { url: publisher.url, on: [record('a')] })
  await waitFor(async () => (await publisher.effects('a')).length === messages.length, {
    timeoutMs: 60_000,
  })
  const [row] = await publisher.db.query<{ commits: number }>(
    'SELECT count(DISTINCT xmin::text)::int AS commits FROM effects',
  )
  t.log(row)
  t.true((row?.commits ?? 0) < messages.length / 2)
})
