import { sqlMigration } from '@titanforge/database'

/** What customers use: counters for limits, slots for runs, holds and settlements for budgets. */
export const usage = sqlMigration('0004-usage', {
  up: `
    CREATE TABLE usage_counters (
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      meter text NOT NULL,
      period_start timestamptz NOT NULL,
      used bigint NOT NULL CHECK (used >= 0),
      PRIMARY KEY (user_id, meter, period_start)
    );
    COMMENT ON COLUMN usage_counters.meter IS 'the name of the limit that it is counted against';

    CREATE TABLE agent_slots (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      run_id text NOT NULL,
      agent text NOT NULL,
      admitted_at timestamptz,
      expires_at timestamptz NOT NULL
    );
    CREATE INDEX agent_slots_user_id ON agent_slots (user_id, id);
    COMMENT ON COLUMN agent_slots.admitted_at IS 'null while the run waits; the lower id goes first';
    COMMENT ON COLUMN agent_slots.expires_at IS 'put off by the process that runs it; past, if that has died';

    CREATE TABLE budget_holds (
      key text NOT NULL,
      scope text NOT NULL,
      amount bigint NOT NULL CHECK (amount >= 0),
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (key, scope)
    );
    CREATE INDEX budget_holds_scope ON budget_holds (scope);
    COMMENT ON TABLE budget_holds IS 'money set aside for calls that are under way, in millionths';

    CREATE TABLE usage_records (
      id uuid PRIMARY KEY,
      key text NOT NULL UNIQUE,
      user_id uuid REFERENCES users (id) ON DELETE SET NULL,
      run_id text,
      what text NOT NULL,
      plugin text,
      amount bigint NOT NULL CHECK (amount > 0),
      at timestamptz NOT NULL
    );
    CREATE INDEX usage_records_user_id ON usage_records (user_id, at);
    CREATE INDEX usage_records_run_id ON usage_records (run_id);
    COMMENT ON TABLE usage_records IS 'what was spent, in millionths; a key is charged once, whoever comes with it again';
    COMMENT ON COLUMN usage_records.plugin IS 'who provided the tool or agent';
  `,
  down: `
    DROP TABLE usage_records;
    DROP TABLE budget_holds;
    DROP TABLE agent_slots;
    DROP TABLE usage_counters;
  `,
})
