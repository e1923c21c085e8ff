import { sqlMigration } from '@titanforge/database'

export const metrics = sqlMigration('0001-metrics', {
  up: `
    CREATE TABLE mrr_changes (
      subscription_id uuid NOT NULL,
      revision integer NOT NULL,
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      currency text NOT NULL,
      amount bigint NOT NULL CHECK (amount >= 0),
      effective_at timestamptz NOT NULL,
      PRIMARY KEY (subscription_id, revision)
    );
    CREATE INDEX mrr_changes_user_id ON mrr_changes (user_id);
    CREATE INDEX mrr_changes_effective_at ON mrr_changes (effective_at);

    CREATE TABLE daily_metrics (
      day date NOT NULL,
      metric text NOT NULL,
      dimension text NOT NULL DEFAULT '',
      currency text NOT NULL DEFAULT '',
      value numeric NOT NULL,
      is_provisional boolean NOT NULL,
      UNIQUE (day, metric, dimension, currency)
    );
  `,
  down: `
    DROP TABLE daily_metrics;
    DROP TABLE mrr_changes;
  `,
})
