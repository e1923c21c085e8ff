import { sqlMigration } from '@titanforge/database'

export const users = sqlMigration('0001-users', {
  up: `
    CREATE TABLE users (
      id uuid PRIMARY KEY,
      email text NOT NULL,
      hashed_password text,
      full_name text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      is_active boolean NOT NULL DEFAULT true,
      is_superuser boolean NOT NULL DEFAULT false,
      github_id text UNIQUE
    );
    CREATE UNIQUE INDEX users_email ON users (lower(email));

    -- There are no users yet, so an event that names one was left by an earlier, dropped table.
    UPDATE events SET user_id = NULL WHERE user_id IS NOT NULL;
    ALTER TABLE events ADD CONSTRAINT events_user_id_fkey
      FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL;
  `,
  down: `
    ALTER TABLE events DROP CONSTRAINT events_user_id_fkey;
    DROP TABLE users;
  `,
})
