import { sqlMigration } from '@titanforge/database'

/** What happened, as the roll-ups read it. Customers who are gone stay as ids that refer to nobody. */
export const facts = sqlMigration('0002-facts', {
  up: `
    ALTER TABLE users ADD COLUMN is_internal boolean NOT NULL DEFAULT false;
    CREATE INDEX users_internal ON users (id) WHERE is_internal;
    COMMENT ON COLUMN users.is_internal IS 'an account of our own people, which no figure counts';

    ALTER TABLE mrr_changes
      ADD COLUMN customer_id uuid,
      ADD COLUMN step integer NOT NULL DEFAULT 0,
      ADD COLUMN committed bigint,
      ADD COLUMN is_active boolean,
      ADD COLUMN status text,
      ADD COLUMN trial_end timestamptz,
      ADD COLUMN livemode boolean NOT NULL DEFAULT false,
      ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
    ALTER TABLE mrr_changes RENAME COLUMN effective_at TO at;
    UPDATE mrr_changes c SET customer_id = coalesce(user_id, gen_random_uuid()), committed = amount,
      is_active = amount > 0, status = CASE WHEN amount > 0 THEN 'active' ELSE 'canceled' END,
      livemode = coalesce((SELECT s.livemode FROM subscriptions s WHERE s.id = c.subscription_id), false);
    ALTER TABLE mrr_changes
      ALTER COLUMN customer_id SET NOT NULL,
      ALTER COLUMN committed SET NOT NULL,
      ALTER COLUMN is_active SET NOT NULL,
      ALTER COLUMN status SET NOT NULL,
      ALTER COLUMN livemode DROP DEFAULT,
      DROP COLUMN user_id,
      DROP CONSTRAINT mrr_changes_pkey,
      ADD PRIMARY KEY (subscription_id, revision, step),
      ADD CONSTRAINT mrr_changes_committed CHECK (committed BETWEEN 0 AND amount);
    DROP INDEX mrr_changes_effective_at;
    CREATE INDEX mrr_changes_at ON mrr_changes (at);
    CREATE INDEX mrr_changes_customer ON mrr_changes (customer_id);
    CREATE INDEX mrr_changes_recorded_at ON mrr_changes (recorded_at);
    CREATE INDEX mrr_changes_trials ON mrr_changes (subscription_id) WHERE status = 'trialing';
    COMMENT ON TABLE mrr_changes IS 'what each subscription is worth a month, from when on; a later revision ends what an earlier one foresaw';
    COMMENT ON COLUMN mrr_changes.step IS '0 when it changed; above, what then ends by the clock';

    CREATE TABLE mrr_items (
      subscription_id uuid NOT NULL,
      revision integer NOT NULL,
      step integer NOT NULL,
      item integer NOT NULL,
      price_id text NOT NULL,
      product_id text NOT NULL,
      amount numeric NOT NULL,
      PRIMARY KEY (subscription_id, revision, step, item),
      FOREIGN KEY (subscription_id, revision, step) REFERENCES mrr_changes ON DELETE CASCADE
    );
    COMMENT ON TABLE mrr_items IS 'each item''s part of its subscription''s MRR, not rounded';

    CREATE TABLE revenue_entries (
      event_id uuid PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('payment', 'refund', 'dispute_lost')),
      payment_id text NOT NULL,
      customer_id uuid NOT NULL,
      at timestamptz NOT NULL,
      currency text NOT NULL,
      amount bigint NOT NULL,
      tax bigint NOT NULL DEFAULT 0,
      livemode boolean NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX revenue_entries_at ON revenue_entries (at);
    CREATE INDEX revenue_entries_customer ON revenue_entries (customer_id);
    CREATE INDEX revenue_entries_payment ON revenue_entries (payment_id);
    CREATE INDEX revenue_entries_recorded_at ON revenue_entries (recorded_at);

    -- The log grows in the order of this column, so that a handful of pages tells what is new.
    CREATE INDEX events_stored_at ON events USING brin (stored_at) WITH (autosummarize = on);
  `,
  down: `
    DROP INDEX events_stored_at;
    DROP TABLE revenue_entries, mrr_items;
    DELETE FROM mrr_changes WHERE step > 0;
    ALTER TABLE mrr_changes
      DROP CONSTRAINT mrr_changes_committed,
      DROP CONSTRAINT mrr_changes_pkey,
      ADD PRIMARY KEY (subscription_id, revision),
      ADD COLUMN user_id uuid REFERENCES users (id) ON DELETE SET NULL;
    UPDATE mrr_changes SET user_id = customer_id WHERE customer_id IN (SELECT id FROM users);
    DROP INDEX mrr_changes_recorded_at, mrr_changes_customer, mrr_changes_at, mrr_changes_trials;
    ALTER TABLE mrr_changes RENAME COLUMN at TO effective_at;
    CREATE INDEX mrr_changes_user_id ON mrr_changes (user_id);
    CREATE INDEX mrr_changes_effective_at ON mrr_changes (effective_at);
    ALTER TABLE mrr_changes DROP COLUMN customer_id, DROP COLUMN step, DROP COLUMN committed,
      DROP COLUMN is_active, DROP COLUMN status, DROP COLUMN trial_end, DROP COLUMN livemode,
      DROP COLUMN recorded_at;
    ALTER TABLE users DROP COLUMN is_internal;
  `,
})
