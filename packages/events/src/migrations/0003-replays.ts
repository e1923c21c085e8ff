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
  // What was to be queued bit by bit is queued at once.
  down: `
    INSERT INTO event_deliveries (position, consumer, lane, due_at)
    SELECT position, c.consumer, CASE lane_by WHEN 'key' THEN key WHEN 'user' THEN user_id::text END, now()
    FROM event_replays r
    JOIN event_consumers c ON c.consumer = r.consumer
    JOIN events e ON e.event_type = c.event_type AND position BETWEEN next_position AND last_position
    WHERE finished_at IS NULL
      AND (happened_from IS NULL OR timestamp >= happened_from)
      AND (happened_before IS NULL OR timestamp < happened_before)
    ON CONFLICT DO NOTHING;

    DROP INDEX events_own_stored_at;
    DROP TABLE event_replays;
  `,
})
