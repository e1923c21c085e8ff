import { sqlMigration } from '@titanforge/database'

/** What was asked of Stripe for a subscription, and may still be carried out. */
export const askedChanges = sqlMigration('0009-asked-changes', {
  up: `
    ALTER TABLE subscription_locks
      ADD COLUMN asked_for text,
      ADD COLUMN asked json,
      ADD COLUMN asked_key text,
      ADD COLUMN asked_until timestamptz,
      ADD CONSTRAINT asked_as_a_whole CHECK (num_nulls(asked_for, asked, asked_key, asked_until) IN (0, 4));
    COMMENT ON TABLE subscription_locks IS 'one row while a subscription is being changed, or while it is unknown what became of a change; both end by themselves';
    COMMENT ON COLUMN subscription_locks.asked IS 'what was asked of Stripe under asked_key, as it was sent, until its outcome is known: before asked_until nothing else is asked';
    COMMENT ON COLUMN subscription_locks.asked_for IS 'who wanted what; only who wants the same may go on, under the same key';
  `,
  down: `
    ALTER TABLE subscription_locks
      DROP COLUMN asked_for, DROP COLUMN asked, DROP COLUMN asked_key, DROP COLUMN asked_until;
    COMMENT ON TABLE subscription_locks IS 'one row while a subscription is being changed; what a process that died has left ends by itself';
  `,
})
