import { sqlMigration } from '@titanforge/database'

export const billing = sqlMigration('0001-billing', {
  up: `
    CREATE TABLE stripe_products (
      stripe_product_id varchar(255) PRIMARY KEY,
      name text NOT NULL,
      description text,
      is_active boolean NOT NULL DEFAULT true,
      features jsonb NOT NULL DEFAULT '[]',
      limits jsonb NOT NULL DEFAULT '{}'
    );

    CREATE TABLE products (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      description text,
      type text NOT NULL CHECK (type IN ('subscription', 'one_time_purchase')),
      stripe_price_id varchar(255) NOT NULL UNIQUE,
      stripe_product_id varchar(255) NOT NULL,
      currency text NOT NULL DEFAULT 'usd' CHECK (currency ~ '^[a-z]{3}$'),
      unit_amount bigint CHECK (unit_amount >= 0),
      interval text CHECK (interval IN ('day', 'week', 'month', 'year')),
      interval_count integer NOT NULL DEFAULT 1,
      metered boolean NOT NULL DEFAULT false,
      price_active boolean NOT NULL DEFAULT true,
      is_active boolean NOT NULL DEFAULT true,
      features jsonb NOT NULL DEFAULT '[]',
      limits jsonb NOT NULL DEFAULT '{}',
      workflow text,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX products_stripe_product_id ON products (stripe_product_id);

    CREATE TABLE subscriptions (
      id uuid PRIMARY KEY,
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      product_id uuid REFERENCES products (id),
      stripe_subscription_id varchar(255) NOT NULL UNIQUE,
      stripe_customer_id varchar(255) NOT NULL,
      status text NOT NULL DEFAULT 'pending',
      current_period_start timestamptz,
      current_period_end timestamptz,
      cancel_at_period_end boolean NOT NULL DEFAULT false,
      cancel_at timestamptz,
      canceled_at timestamptz,
      ended_at timestamptz,
      trial_end timestamptz,
      livemode boolean NOT NULL,
      items jsonb NOT NULL DEFAULT '[]',
      latest_invoice varchar(255),
      state jsonb,
      revision integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX subscriptions_user_id ON subscriptions (user_id);
    CREATE INDEX subscriptions_customer ON subscriptions (stripe_customer_id);
    COMMENT ON COLUMN subscriptions.state IS 'what billing.subscription_changed said last';
    COMMENT ON COLUMN subscriptions.user_id IS 'null while the customer is a stranger';

    ALTER TABLE users
      ADD COLUMN stripe_customer_id varchar(255) UNIQUE,
      ADD COLUMN current_subscription_id uuid REFERENCES subscriptions (id) ON DELETE SET NULL;

    CREATE TABLE customers (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      livemode boolean NOT NULL,
      generation integer NOT NULL DEFAULT 1,
      stripe_customer_id varchar(255) UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (user_id, livemode)
    );

    CREATE TABLE customer_links (
      stripe_customer_id varchar(255) PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE
    );
    COMMENT ON TABLE customer_links IS 'every Stripe customer that was ever known to be a user; customers has the current one';

    CREATE TABLE customer_references (
      reference varchar(255) PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE
    );

    CREATE TABLE invoices (
      id uuid PRIMARY KEY,
      stripe_invoice_id varchar(255) NOT NULL UNIQUE,
      stripe_customer_id varchar(255),
      stripe_subscription_id varchar(255),
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      status text NOT NULL,
      currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
      amount_due bigint NOT NULL CHECK (amount_due >= 0),
      amount_paid bigint NOT NULL CHECK (amount_paid >= 0),
      paid_at timestamptz,
      announced boolean NOT NULL DEFAULT false,
      livemode boolean NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX invoices_user_id ON invoices (user_id);
    CREATE INDEX invoices_customer ON invoices (stripe_customer_id);
    COMMENT ON COLUMN invoices.announced IS 'whether billing.payment_succeeded was published';

    CREATE TABLE charges (
      id uuid PRIMARY KEY,
      stripe_charge_id varchar(255) NOT NULL UNIQUE,
      stripe_customer_id varchar(255),
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
      amount bigint NOT NULL CHECK (amount >= 0),
      amount_refunded bigint NOT NULL CHECK (amount_refunded BETWEEN 0 AND amount),
      livemode boolean NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX charges_user_id ON charges (user_id);
    CREATE INDEX charges_customer ON charges (stripe_customer_id);

    CREATE TABLE stripe_cursors (
      object_id varchar(255) PRIMARY KEY,
      seq bigint NOT NULL DEFAULT 0,
      applied_seq bigint NOT NULL DEFAULT 0,
      applied_created bigint NOT NULL DEFAULT 0,
      applied_rank smallint NOT NULL DEFAULT 0
    );
    COMMENT ON TABLE stripe_cursors IS 'how far each Stripe object has been applied, so that an older snapshot never wins';
  `,
  down: `
    DROP TABLE stripe_cursors;
    DROP TABLE charges;
    DROP TABLE invoices;
    DROP TABLE customer_references;
    DROP TABLE customer_links;
    DROP TABLE customers;
    ALTER TABLE users DROP COLUMN current_subscription_id, DROP COLUMN stripe_customer_id;
    DROP TABLE subscriptions;
    DROP TABLE products;
    DROP TABLE stripe_products;
  `,
})
