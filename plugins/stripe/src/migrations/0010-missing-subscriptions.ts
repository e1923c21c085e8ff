import { sqlMigration } from '@titanforge/database'

/** Which subscriptions Stripe did not have when it was asked, without anything that says that they have ended. */
export const missingSubscriptions = sqlMigration('0010-missing-subscriptions', {
  up: `
    ALTER TABLE subscriptions ADD COLUMN is_missing boolean NOT NULL DEFAULT false;
    COMMENT ON COLUMN subscriptions.is_missing IS 'canceled only because Stripe did not have it when it was asked last; what Stripe shows of it again counts';
  `,
  down: 'ALTER TABLE subscriptions DROP COLUMN is_missing;',
})
