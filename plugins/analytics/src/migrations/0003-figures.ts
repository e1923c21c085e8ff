import { sqlMigration } from '@titanforge/database'

/** What the roll-ups make of the facts. All of it can be computed anew at any time. */
export const figures = sqlMigration('0003-figures', {
  up: `
    CREATE TABLE mrr_movements (
      customer_id uuid NOT NULL,
      at timestamptz NOT NULL,
      day date NOT NULL,
      currency text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('new', 'reactivation', 'expansion', 'contraction', 'churn')),
      amount bigint NOT NULL CHECK (amount > 0),
      balance bigint NOT NULL CHECK (balance >= 0),
      nth bigint NOT NULL,
      first_paid_day date,
      paying_since date,
      paying_change smallint NOT NULL,
      cause_sub uuid NOT NULL,
      source_version integer NOT NULL,
      reason text CHECK (reason IN ('delinquent', 'recovered'))
    );
    CREATE INDEX mrr_movements_day ON mrr_movements (day);
    COMMENT ON TABLE mrr_movements IS 'each change of what a customer is worth in a currency, also those of one day that cancel out';
    COMMENT ON COLUMN mrr_movements.balance IS 'what the customer is worth after it';
    COMMENT ON COLUMN mrr_movements.nth IS 'which of the customer''s movements in this currency it is, from 1 on';
    COMMENT ON COLUMN mrr_movements.first_paid_day IS 'the first day at whose end the customer paid in this currency, as far as it has come';
    COMMENT ON COLUMN mrr_movements.paying_since IS 'the same in any currency';
    COMMENT ON COLUMN mrr_movements.paying_change IS '1 where the customer begins to pay in any currency, -1 where they pay in none any more';

    CREATE TABLE mrr_snapshots (
      day date NOT NULL,
      currency text NOT NULL,
      start bigint NOT NULL,
      new bigint NOT NULL,
      reactivation bigint NOT NULL,
      expansion bigint NOT NULL,
      contraction bigint NOT NULL,
      churn bigint NOT NULL,
      "end" bigint NOT NULL,
      committed bigint NOT NULL,
      customers integer NOT NULL,
      is_provisional boolean NOT NULL,
      PRIMARY KEY (day, currency)
    );

    CREATE TABLE mrr_months (
      month date NOT NULL,
      currency text NOT NULL,
      start bigint NOT NULL,
      new bigint NOT NULL,
      reactivation bigint NOT NULL,
      expansion bigint NOT NULL,
      contraction bigint NOT NULL,
      churn bigint NOT NULL,
      "end" bigint NOT NULL,
      is_provisional boolean NOT NULL,
      PRIMARY KEY (month, currency)
    );

    CREATE TABLE customer_months (
      month date PRIMARY KEY,
      start integer NOT NULL,
      new integer NOT NULL,
      reactivated integer NOT NULL,
      churned integer NOT NULL,
      "end" integer NOT NULL,
      is_provisional boolean NOT NULL
    );

    CREATE TABLE retention_cohorts (
      cohort date NOT NULL,
      months integer NOT NULL,
      size integer NOT NULL,
      customers integer NOT NULL,
      PRIMARY KEY (cohort, months)
    );

    CREATE TABLE trial_cohorts (
      month date PRIMARY KEY,
      started integer NOT NULL,
      converted integer NOT NULL,
      is_open boolean NOT NULL,
      ended integer NOT NULL,
      ended_converted integer NOT NULL
    );

    CREATE TABLE currencies (
      currency text PRIMARY KEY,
      exponent smallint NOT NULL
    );
    COMMENT ON TABLE currencies IS 'those whose minor unit is not a hundredth';
    INSERT INTO currencies (currency, exponent)
    SELECT unnest(ARRAY['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv',
                        'xaf', 'xof', 'xpf']), 0
    UNION ALL SELECT unnest(ARRAY['bhd', 'jod', 'kwd', 'omr', 'tnd']), 3;

    CREATE TABLE fx_rates (
      day date NOT NULL,
      base text NOT NULL,
      quote text NOT NULL,
      rate numeric NOT NULL CHECK (rate > 0),
      PRIMARY KEY (base, quote, day)
    );
    COMMENT ON COLUMN fx_rates.rate IS 'units of quote for one unit of base';

    CREATE TABLE analytics_progress (
      task text PRIMARY KEY,
      progress jsonb NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    );

    -- What is there was of another definition.
    DELETE FROM daily_metrics;
  `,
  down: `
    DROP TABLE analytics_progress, fx_rates, currencies, trial_cohorts, retention_cohorts,
      customer_months, mrr_months, mrr_snapshots, mrr_movements;
  `,
})
