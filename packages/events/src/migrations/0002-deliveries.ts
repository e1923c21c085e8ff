import { sqlMigration } from '@titanforge/database'

/**
 * Deliveries as rows of ours. What the queues of the engine before had not finished is what has no inbox
 * row, so it is carried over, and nothing is lost or applied twice by the change.
 */
export const deliveries = sqlMigration('0002-deliveries', {
  up: `
    ALTER TABLE events ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY;
    CREATE UNIQUE INDEX events_position ON events (position);
    DROP INDEX events_source_external_id;
    CREATE UNIQUE INDEX events_source_external_id ON events (source, external_id)
      WHERE external_id IS NOT NULL;

    ALTER TABLE event_consumers
      ADD COLUMN lane_by text,
      ADD COLUMN lane_width integer NOT NULL DEFAULT 1,
      ADD COLUMN ordered boolean NOT NULL DEFAULT false;

    CREATE TABLE event_deliveries (
      position bigint NOT NULL REFERENCES events (position),
      consumer text COLLATE "C" NOT NULL,
      lane text COLLATE "C",
      attempt integer NOT NULL DEFAULT 0,
      lost integer NOT NULL DEFAULT 0,
      retried boolean GENERATED ALWAYS AS (attempt > 0) STORED,
      due_at timestamptz NOT NULL,
      claim uuid,
      PRIMARY KEY (position, consumer)
    );
    CREATE INDEX event_deliveries_due ON event_deliveries (consumer, retried, due_at, position)
      WHERE lane IS NULL;
    CREATE INDEX event_deliveries_lane ON event_deliveries (consumer, lane, position)
      WHERE lane IS NOT NULL;
    CREATE INDEX event_deliveries_suspect ON event_deliveries (consumer) WHERE lost > 1;
    CREATE INDEX event_deliveries_lane_claimed ON event_deliveries (consumer, lane)
      WHERE lane IS NOT NULL AND claim IS NOT NULL;

    CREATE TABLE event_dead_letters (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      consumer text COLLATE "C" NOT NULL,
      position bigint NOT NULL REFERENCES events (position),
      lane text COLLATE "C",
      attempts integer NOT NULL,
      reason text NOT NULL,
      died_at timestamptz NOT NULL DEFAULT now(),
      discarded_at timestamptz,
      discard_reason text
    );
    CREATE INDEX event_dead_letters_lane ON event_dead_letters (consumer, lane)
      WHERE discarded_at IS NULL;
    CREATE INDEX event_dead_letters_position ON event_dead_letters (position);

    CREATE TABLE event_schedules (
      job text PRIMARY KEY,
      expression text NOT NULL,
      due_at timestamptz NOT NULL
    );

    INSERT INTO event_deliveries (position, consumer, due_at)
    SELECT e.position, c.consumer, now()
    FROM events e
    JOIN event_consumers c ON c.event_type = e.event_type AND c.registered_at <= e.stored_at
    LEFT JOIN event_inbox i ON i.consumer = c.consumer AND i.event_id = e.id
    WHERE i.event_id IS NULL;

    DROP TABLE event_inbox;
    DROP SCHEMA IF EXISTS pgboss CASCADE;
  `,
  down: `
    CREATE TABLE event_inbox (
      consumer text NOT NULL,
      event_id uuid NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      handled_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, event_id)
    );
    INSERT INTO event_inbox (consumer, event_id)
    SELECT c.consumer, e.id
    FROM events e
    JOIN event_consumers c ON c.event_type = e.event_type AND c.registered_at <= e.stored_at
    WHERE NOT EXISTS (SELECT 1 FROM event_deliveries d
                      WHERE d.consumer = c.consumer AND d.position = e.position)
      AND NOT EXISTS (SELECT 1 FROM event_dead_letters l
                      WHERE l.consumer = c.consumer AND l.position = e.position
                        AND l.discarded_at IS NULL);

    DROP TABLE event_schedules;
    DROP TABLE event_dead_letters;
    DROP TABLE event_deliveries;
    ALTER TABLE event_consumers DROP COLUMN ordered, DROP COLUMN lane_width, DROP COLUMN lane_by;
    DROP INDEX events_source_external_id;
    CREATE UNIQUE INDEX events_source_external_id ON events (source, external_id);
    ALTER TABLE events DROP COLUMN position;
  `,
})
