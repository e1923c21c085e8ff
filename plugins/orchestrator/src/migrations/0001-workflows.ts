import { sqlMigration } from '@titanforge/database'

export const workflows = sqlMigration('0001-workflows', {
  // Values are json and not jsonb, which could not hold every text that a tool may answer with.
  up: `
    CREATE TABLE workflow_runs (
      id uuid PRIMARY KEY,
      workflow text NOT NULL,
      version integer NOT NULL,
      user_id uuid REFERENCES users (id) ON DELETE CASCADE,
      status text NOT NULL CHECK (status IN
        ('queued', 'running', 'waiting', 'compensating', 'succeeded', 'failed', 'cancelled')),
      ending text CHECK (ending IN ('failed', 'cancelled')),
      requested_by text NOT NULL CHECK (requested_by IN ('api', 'event', 'schedule', 'application')),
      request_key text,
      input json NOT NULL,
      output json,
      error json,
      progress smallint,
      progress_text text,
      generation integer NOT NULL DEFAULT 1,
      clock integer NOT NULL DEFAULT 0,
      log_position bigint NOT NULL,
      revision bigint NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz
    );
    CREATE UNIQUE INDEX workflow_runs_request_key ON workflow_runs (request_key);
    CREATE INDEX workflow_runs_user ON workflow_runs (user_id, created_at);
    CREATE INDEX workflow_runs_at_work ON workflow_runs (user_id, status, created_at, id)
      WHERE status IN ('queued', 'running', 'compensating');
    COMMENT ON COLUMN workflow_runs.ending IS 'what the run becomes when it has been undone';
    COMMENT ON COLUMN workflow_runs.generation IS 'raised where a run that was undone begins again';
    COMMENT ON COLUMN workflow_runs.clock IS 'counts what its steps asked for and came to';
    COMMENT ON COLUMN workflow_runs.log_position IS 'the end of the event log when the run was started';
    COMMENT ON COLUMN workflow_runs.revision IS 'raised with every change that a watcher may see';

    CREATE TABLE workflow_steps (
      run_id uuid NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
      generation integer NOT NULL,
      name text NOT NULL,
      kind text NOT NULL CHECK (kind IN
        ('tool', 'agent', 'timer', 'event', 'person', 'compensation')),
      target text,
      status text NOT NULL CHECK (status IN
        ('running', 'waiting', 'unknown', 'succeeded', 'failed', 'cancelled')),
      input json,
      output json,
      error json,
      asked integer NOT NULL,
      completed integer,
      wait_key text,
      event_id uuid,
      due_at timestamptz,
      progress smallint,
      progress_text text,
      asked_at timestamptz NOT NULL DEFAULT now(),
      begun_at timestamptz,
      completed_at timestamptz,
      PRIMARY KEY (run_id, generation, name)
    );
    CREATE INDEX workflow_steps_event ON workflow_steps (target, wait_key)
      WHERE kind = 'event' AND status = 'waiting';
    COMMENT ON COLUMN workflow_steps.target IS 'the tool, agent or event, by name';
    COMMENT ON COLUMN workflow_steps.asked IS 'the run''s clock when the workflow came to the step';
    COMMENT ON COLUMN workflow_steps.completed IS 'the run''s clock when the step had its outcome';
    COMMENT ON COLUMN workflow_steps.begun_at IS 'when an effect outside was first about to happen';
  `,
  down: `
    DROP TABLE workflow_steps;
    DROP TABLE workflow_runs;
  `,
})
