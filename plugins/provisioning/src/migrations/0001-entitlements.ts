import { sqlMigration } from '@titanforge/database'

export const entitlements = sqlMigration('0001-entitlements', {
  up: `
    CREATE TABLE entitlements (
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      source text NOT NULL CHECK (source IN ('subscription', 'purchase', 'override')),
      source_id uuid NOT NULL,
      kind text NOT NULL CHECK (kind IN ('plan', 'feature', 'limit')),
      feature text NOT NULL,
      value bigint,
      valid_until timestamptz,
      PRIMARY KEY (user_id, source, source_id, kind, feature),
      CHECK ((kind = 'limit') = (value IS NOT NULL))
    );
    COMMENT ON COLUMN entitlements.value IS 'the limit; null for a plan or a feature';

    CREATE TABLE entitlement_sources (
      source_id uuid PRIMARY KEY,
      revision integer NOT NULL
    );
    COMMENT ON TABLE entitlement_sources IS 'the newest revision applied, so that an older one never wins';
  `,
  down: `
    DROP TABLE entitlement_sources;
    DROP TABLE entitlements;
  `,
})
