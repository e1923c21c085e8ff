import { sqlMigration } from '@titanforge/database'

/**
 * What was published and what came of it. No unique index anywhere, so that whatever happens twice shows.
 * `position` counts the events of a key in the order of their commits.
 */
export const ledger = sqlMigration('0001-ledger', {
  up: `
    CREATE TABLE business (
      event uuid NOT NULL, external_id text, key text, position bigint, note text NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE TABLE effect (
      consumer text NOT NULL, event uuid NOT NULL, key text, position bigint, note text NOT NULL,
      node text NOT NULL, attempt integer NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      sequence bigint GENERATED ALWAYS AS IDENTITY
    );
    CREATE INDEX effect_event ON effect (event);
    CREATE TABLE positions (key text PRIMARY KEY, position bigint NOT NULL);
    CREATE TABLE cron_runs (
      node text NOT NULL, due_at timestamptz NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
  `,
  down: 'DROP TABLE cron_runs; DROP TABLE positions; DROP TABLE effect; DROP TABLE business;',
})
