import { sqlMigration } from '@titanforge/database'

export const claims = sqlMigration('0003-claims', {
  up: `
    CREATE TABLE notification_claims (
      business_key text PRIMARY KEY,
      holder text NOT NULL,
      held_until timestamptz NOT NULL
    );
    COMMENT ON TABLE notification_claims IS 'what is being told right now, so that two processes do not both tell it';
    COMMENT ON COLUMN notification_claims.holder IS 'the delivery that tells it: a consumer and an event';
  `,
  down: 'DROP TABLE notification_claims',
})
