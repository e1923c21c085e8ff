import { sqlMigration } from '@titanforge/database'

export const sessions = sqlMigration('0002-sessions', {
  up: `
    ALTER TABLE users
      ADD COLUMN email_verified_at timestamptz,
      ADD COLUMN token_version integer NOT NULL DEFAULT 0;
    COMMENT ON COLUMN users.token_version IS 'access tokens of another version are void';

    CREATE TABLE sessions (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      method text NOT NULL CHECK (method IN ('password', 'github')),
      ip text NOT NULL,
      user_agent text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      ended_at timestamptz,
      ended_reason text
    );
    CREATE INDEX sessions_user_id ON sessions (user_id);
    COMMENT ON TABLE sessions IS 'log-ins, each with its family of refresh tokens';

    CREATE TABLE refresh_tokens (
      hash bytea PRIMARY KEY,
      session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL DEFAULT now(),
      used_at timestamptz,
      seed bytea
    );
    CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);
    COMMENT ON COLUMN refresh_tokens.hash IS 'SHA-256; the token itself is nowhere';
    COMMENT ON COLUMN refresh_tokens.seed IS 'what its successor was derived from, once it was used';
  `,
  down: `
    DROP TABLE refresh_tokens;
    DROP TABLE sessions;
    ALTER TABLE users DROP COLUMN email_verified_at, DROP COLUMN token_version;
  `,
})
