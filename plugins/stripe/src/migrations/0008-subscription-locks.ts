import { sqlMigration } from '@titanforge/database'

/** Who looks at a subscription and changes it just now. */
export const subscriptionLocks = sqlMigration('0008-subscription-locks', {
  up: `
    CREATE TABLE subscription_locks (
      stripe_subscription_id varchar(255) PRIMARY KEY,
      holder uuid NOT NULL,
      held_until timestamptz NOT NULL
    );
    COMMENT ON TABLE subscription_locks IS 'one row while a subscription is being changed; what a process that died has left ends by itself';
  `,
  down: 'DROP TABLE subscription_locks;',
})
