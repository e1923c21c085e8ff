import { sqlMigration } from '@titanforge/database'

export const githubStates = sqlMigration('0005-github-states', {
  up: `
    CREATE TABLE github_states (
      hash bytea PRIMARY KEY,
      verifier text NOT NULL,
      return_to text NOT NULL,
      link_session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
      expires_at timestamptz NOT NULL
    );
    COMMENT ON COLUMN github_states.hash IS 'of the state together with the cookie of the browser that began';
    COMMENT ON COLUMN github_states.verifier IS 'of PKCE; worthless without the code that GitHub gives that browser';
    COMMENT ON COLUMN github_states.link_session_id IS 'the session that links its account; null to sign in';
  `,
  down: 'DROP TABLE github_states',
})
