import { sqlMigration } from '@titanforge/database'

export const apiKeys = sqlMigration('0004-api-keys', {
  up: `
    CREATE TABLE api_keys (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name text NOT NULL,
      prefix text NOT NULL UNIQUE,
      hash bytea NOT NULL,
      scopes text[] NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      last_used_at timestamptz,
      last_used_ip text,
      revoked_at timestamptz
    );
    CREATE INDEX api_keys_user_id ON api_keys (user_id);
    COMMENT ON COLUMN api_keys.hash IS 'SHA-256 of the whole key, which is shown once and kept nowhere';
  `,
  down: 'DROP TABLE api_keys',
})
