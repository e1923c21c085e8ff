import { sqlMigration } from '@titanforge/database'

export const events = sqlMigration('0001-events', {
  up: `
    CREATE TABLE events (
      id uuid PRIMARY KEY,
      user_id uuid,
      event_type text NOT NULL,
      payload jsonb NOT NULL,
      timestamp timestamptz NOT NULL DEFAULT now(),
      stored_at timestamptz NOT NULL DEFAULT now(),
      version integer NOT NULL,
      source text,
      external_id varchar(255),
      key text,
      correlation_id uuid NOT NULL,
      causation_id uuid,
      trace text
    );
    CREATE UNIQUE INDEX events_source_external_id ON events (source, external_id);
    CREATE INDEX events_type_timestamp ON events (event_type, timestamp);
    CREATE INDEX events_timestamp ON events (timestamp);
    CREATE INDEX events_correlation_id ON events (correlation_id);
    CREATE INDEX events_user_timestamp ON events (user_id, timestamp);

    CREATE TABLE event_consumers (
      consumer text PRIMARY KEY,
      event_type text NOT NULL,
      registered_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX event_consumers_type ON event_consumers (event_type);

    CREATE TABLE event_inbox (
      consumer text NOT NULL,
      event_id uuid NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      handled_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, event_id)
    );
  `,
  down: `
    DROP TABLE event_inbox;
    DROP TABLE event_consumers;
    DROP TABLE events;
  `,
})
