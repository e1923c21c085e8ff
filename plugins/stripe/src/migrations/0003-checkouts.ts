import { sqlMigration } from '@titanforge/database'

/** Our own record of each payment page, and what else is asked of Stripe. */
export const checkouts = sqlMigration('0003-checkouts', {
  up: `
    CREATE TABLE checkouts (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      product_id uuid NOT NULL REFERENCES products (id),
      purpose text NOT NULL CHECK (purpose IN ('subscription', 'payment')),
      quantity integer NOT NULL CHECK (quantity > 0),
      request jsonb NOT NULL,
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'pending', 'fulfilled', 'expired', 'failed')),
      stripe_session_id varchar(255) UNIQUE,
      url text,
      livemode boolean NOT NULL,
      expires_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      fulfilled_at timestamptz
    );
    CREATE UNIQUE INDEX checkouts_open ON checkouts (user_id, purpose, livemode) WHERE status = 'open';
    CREATE INDEX checkouts_user_id ON checkouts (user_id);
    COMMENT ON COLUMN checkouts.request IS 'what is asked of Stripe under the key of this row; one key never has two meanings';
    COMMENT ON COLUMN checkouts.status IS 'pending: the page is completed and the money is on its way';

    CREATE TABLE stripe_intents (
      intent varchar(200) PRIMARY KEY,
      id uuid NOT NULL DEFAULT gen_random_uuid(),
      generation integer NOT NULL DEFAULT 1,
      request jsonb NOT NULL,
      settled boolean NOT NULL DEFAULT false,
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE stripe_intents IS 'the idempotency key of each change that is asked of Stripe, stored before it is asked';

    CREATE TABLE stripe_sync (
      name text PRIMARY KEY,
      position jsonb NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE stripe_sync IS 'how far the reconciler and the backfill have come';
  `,
  down: `DROP TABLE stripe_sync, stripe_intents, checkouts;`,
})
