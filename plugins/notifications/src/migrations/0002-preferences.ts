import { sqlMigration } from '@titanforge/database'

export const preferences = sqlMigration('0002-preferences', {
  up: `
    CREATE TABLE notification_preferences (
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      topic text NOT NULL,
      channel text NOT NULL,
      is_enabled boolean NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, topic, channel)
    );
    ALTER TABLE notifications ALTER COLUMN user_id DROP NOT NULL;
    COMMENT ON COLUMN notifications.user_id IS 'who was told; null where it was the team';
    COMMENT ON COLUMN notifications.business_key IS 'names the occasion, such as welcome:<subscription id>, after another channel than mail such as discord/; once for ever';
  `,
  down: `
    DROP TABLE notification_preferences;
    DELETE FROM notifications WHERE user_id IS NULL;
    ALTER TABLE notifications ALTER COLUMN user_id SET NOT NULL;
  `,
})
