import { sqlMigration } from '@titanforge/database'

/** What tells that a user subscribes twice, before and after it has happened. */
export const overlaps = sqlMigration('0004-overlaps', {
  up: `
    ALTER TABLE checkouts ADD COLUMN stripe_subscription_id varchar(255);
    COMMENT ON COLUMN checkouts.stripe_subscription_id IS 'what the page has led to, which may be known before the subscription itself is';

    ALTER TABLE subscriptions ADD COLUMN overlapping boolean NOT NULL DEFAULT false;
    COMMENT ON COLUMN subscriptions.overlapping IS 'whether the user pays for another one at the same time; somebody should look at it';
  `,
  down: `
    ALTER TABLE subscriptions DROP COLUMN overlapping;
    ALTER TABLE checkouts DROP COLUMN stripe_subscription_id;
  `,
})
