import { sqlMigration } from '@titanforge/database'

export const notifications = sqlMigration('0001-notifications', {
  up: `
    CREATE TABLE notifications (
      id uuid PRIMARY KEY,
      business_key text NOT NULL UNIQUE,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      kind text NOT NULL,
      channel text NOT NULL DEFAULT 'email',
      message_id text NOT NULL,
      sent_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX notifications_user_id ON notifications (user_id);
    COMMENT ON COLUMN notifications.business_key IS 'names the occasion, such as welcome:<subscription id>; once for ever';
  `,
  down: 'DROP TABLE notifications',
})
