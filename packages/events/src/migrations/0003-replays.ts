import { sqlMigration } from '@titanforge/database'

/** Replays that go on after a crash, and an index by which old events are found. */
export const replays = sqlMigration('0003-replays', {
  up: `
    CREATE TABLE event_replays (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      consumer text NOT NULL REFERENCES event_consumers (consumer) ON DELETE CASCADE,
      happened_from timestamptz,
      happened_before timestamptz,
      next_position bigint NOT NULL,
      last_position bigint NOT NULL,
      queued integer NOT NULL DEFAULT 0,
      begun_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    );
    CREATE INDEX event_replays_unfinished ON event_replays (consumer) WHERE finished_at IS NULL;

    CREATE INDEX events_own_stored_at ON events (stored_at, position) WHERE external_id IS NULL;
  `,
  down: `
    DROP INDEX events_own_stored_at;
    DROP TABLE event_replays;
  `,
})
