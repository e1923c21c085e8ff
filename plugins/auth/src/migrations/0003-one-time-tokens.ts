import { sqlMigration } from '@titanforge/database'

export const oneTimeTokens = sqlMigration('0003-one-time-tokens', {
  up: `
    CREATE TABLE one_time_tokens (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      purpose text NOT NULL CHECK (purpose IN ('verify', 'reset', 'change_email')),
      email text NOT NULL,
      hash bytea NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      UNIQUE (user_id, purpose)
    );
    COMMENT ON TABLE one_time_tokens IS 'links in mails; a new one takes the place of the older';
    COMMENT ON COLUMN one_time_tokens.email IS 'the address that the link went to';
  `,
  down: 'DROP TABLE one_time_tokens',
})
