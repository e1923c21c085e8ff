import { sqlMigration } from '@titanforge/database'

/** What is left of a run that is not kept any more: that it was started once. */
export const prunedRuns = sqlMigration('0003-pruned-runs', {
  up: `
    CREATE TABLE pruned_workflow_runs (
      request_key text PRIMARY KEY,
      run_id uuid NOT NULL
    );
    COMMENT ON TABLE pruned_workflow_runs IS 'keys of runs that are gone, so that no request starts another';
    CREATE INDEX workflow_runs_finished ON workflow_runs (finished_at) WHERE finished_at IS NOT NULL;
  `,
  down: `
    DROP INDEX workflow_runs_finished;
    DROP TABLE pruned_workflow_runs;
  `,
})
