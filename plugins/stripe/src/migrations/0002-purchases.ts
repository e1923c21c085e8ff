import { sqlMigration } from '@titanforge/database'

/** What is paid once, what comes back, and what happens to a late payment. */
export const purchases = sqlMigration('0002-purchases', {
  up: `
    ALTER TABLE stripe_products
      ADD COLUMN workflow text,
      ADD COLUMN trial_days integer NOT NULL DEFAULT 0 CHECK (trial_days >= 0),
      ADD COLUMN livemode boolean NOT NULL DEFAULT false;
    ALTER TABLE products
      ADD COLUMN trial_days integer NOT NULL DEFAULT 0 CHECK (trial_days >= 0),
      ADD COLUMN livemode boolean NOT NULL DEFAULT false;

    -- What was sold before was of the mode that it was sold in.
    UPDATE products SET livemode = EXISTS (SELECT 1 FROM subscriptions WHERE livemode);
    UPDATE stripe_products SET livemode = EXISTS (SELECT 1 FROM subscriptions WHERE livemode);

    ALTER TABLE subscriptions
      ADD COLUMN effective_at timestamptz,
      ADD COLUMN trial_warned_for timestamptz;
    COMMENT ON COLUMN subscriptions.effective_at IS 'when what billing.subscription_changed said last took effect; never goes back';
    COMMENT ON COLUMN subscriptions.trial_warned_for IS 'the end of the trial that Stripe has warned of';

    ALTER TABLE customers ADD COLUMN email text;
    COMMENT ON COLUMN customers.email IS 'as given to Stripe under this generation; one idempotency key never has two meanings';

    ALTER TABLE invoices
      ADD COLUMN number text,
      ADD COLUMN hosted_url text,
      ADD COLUMN pdf_url text,
      ADD COLUMN next_attempt_at timestamptz;
    CREATE INDEX invoices_subscription ON invoices (stripe_subscription_id);

    CREATE TABLE invoice_failures (
      stripe_invoice_id varchar(255) NOT NULL,
      attempt integer NOT NULL,
      failed_at timestamptz NOT NULL,
      PRIMARY KEY (stripe_invoice_id, attempt)
    );
    COMMENT ON TABLE invoice_failures IS 'each attempt to collect an invoice that failed; true whatever became of the invoice';

    ALTER TABLE charges
      ADD COLUMN payment varchar(255),
      ADD COLUMN refund_announced bigint NOT NULL DEFAULT 0;
    UPDATE charges SET payment = stripe_charge_id, refund_announced = amount_refunded;
    ALTER TABLE charges ALTER COLUMN payment SET NOT NULL;
    CREATE INDEX charges_payment ON charges (payment);
    COMMENT ON COLUMN charges.payment IS 'the payment intent; the charge itself where there is none';
    COMMENT ON COLUMN charges.refund_announced IS 'how much of amount_refunded billing.refunded has told';

    CREATE TABLE refunds (
      id uuid PRIMARY KEY,
      stripe_refund_id varchar(255) NOT NULL UNIQUE,
      payment varchar(255) NOT NULL,
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      status text NOT NULL,
      reason text,
      currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
      amount bigint NOT NULL CHECK (amount >= 0),
      created_at timestamptz NOT NULL
    );
    CREATE INDEX refunds_payment ON refunds (payment);

    CREATE TABLE disputes (
      id uuid PRIMARY KEY,
      stripe_dispute_id varchar(255) NOT NULL UNIQUE,
      payment varchar(255) NOT NULL,
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      status text NOT NULL,
      reason text,
      currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
      amount bigint NOT NULL CHECK (amount >= 0),
      evidence_due_by timestamptz,
      announced boolean NOT NULL DEFAULT false,
      livemode boolean NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX disputes_payment ON disputes (payment);

    CREATE TABLE credit_notes (
      id uuid PRIMARY KEY,
      stripe_credit_note_id varchar(255) NOT NULL UNIQUE,
      stripe_invoice_id varchar(255) NOT NULL,
      stripe_customer_id varchar(255),
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      status text NOT NULL,
      reason text,
      currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
      amount bigint NOT NULL CHECK (amount >= 0),
      livemode boolean NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX credit_notes_customer ON credit_notes (stripe_customer_id);

    CREATE TABLE purchases (
      id uuid PRIMARY KEY,
      stripe_session_id varchar(255) NOT NULL UNIQUE,
      stripe_customer_id varchar(255),
      payment varchar(255),
      stripe_invoice_id varchar(255),
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      status text NOT NULL CHECK (status IN ('pending', 'paid', 'failed', 'expired')),
      currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
      amount bigint NOT NULL CHECK (amount >= 0),
      items jsonb NOT NULL DEFAULT '[]',
      announced boolean NOT NULL DEFAULT false,
      livemode boolean NOT NULL,
      created_at timestamptz NOT NULL,
      paid_at timestamptz
    );
    CREATE INDEX purchases_user_id ON purchases (user_id);
    CREATE INDEX purchases_customer ON purchases (stripe_customer_id);
    CREATE INDEX purchases_payment ON purchases (payment);
    COMMENT ON COLUMN purchases.announced IS 'whether billing.purchase_completed was published';

    CREATE TABLE customer_features (
      id uuid PRIMARY KEY,
      stripe_customer_id varchar(255) NOT NULL UNIQUE,
      features jsonb NOT NULL,
      published jsonb,
      revision integer NOT NULL DEFAULT 0,
      livemode boolean NOT NULL
    );
    COMMENT ON TABLE customer_features IS 'what Stripe itself says that a customer is entitled to';
    COMMENT ON COLUMN customer_features.published IS 'what billing.features_changed said last';
  `,
  down: `
    DROP TABLE customer_features, purchases, credit_notes, disputes, refunds, invoice_failures;
    ALTER TABLE charges DROP COLUMN payment, DROP COLUMN refund_announced;
    ALTER TABLE invoices DROP COLUMN number, DROP COLUMN hosted_url, DROP COLUMN pdf_url, DROP COLUMN next_attempt_at;
    DROP INDEX invoices_subscription;
    ALTER TABLE customers DROP COLUMN email;
    ALTER TABLE subscriptions DROP COLUMN effective_at, DROP COLUMN trial_warned_for;
    ALTER TABLE products DROP COLUMN trial_days, DROP COLUMN livemode;
    ALTER TABLE stripe_products DROP COLUMN workflow, DROP COLUMN trial_days, DROP COLUMN livemode;
  `,
})
