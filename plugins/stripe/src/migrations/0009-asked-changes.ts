import { sqlMigration } from '@titanforge/database'

/** What was asked of Stripe for a subscription, and may still be carried out. */
export const askedChanges = sqlMigration('0009-asked-changes', {
  up: `
    ALTER TABLE subscription_locks
      ADD COLUMN asked text,
      ADD COLUMN asked_until timestamptz,
      ADD CONSTRAINT asked_with_its_end CHECK ((asked IS NULL) = (asked_until IS NULL));
    COMMENT ON TABLE subscription_locks IS 'one row while a subscription is being changed, or while it is unknown what became of a change; both end by themselves';
    COMMENT ON COLUMN subscription_locks.asked IS 'what was asked of Stripe, until its outcome is known: before asked_until nothing else is asked';
  `,
  down: `
    ALTER TABLE subscription_locks DROP COLUMN asked, DROP COLUMN asked_until;
    COMMENT ON TABLE subscription_locks IS 'one row while a subscription is being changed; what a process that died has left ends by itself';
  `,
})
