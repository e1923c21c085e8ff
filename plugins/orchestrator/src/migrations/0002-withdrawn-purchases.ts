import { sqlMigration } from '@titanforge/database'

/** Which purchase has started a run, so that it ends where that is paid back. */
export const withdrawnPurchases = sqlMigration('0002-withdrawn-purchases', {
  up: `
    ALTER TABLE workflow_runs ADD COLUMN purchase_id uuid;
    CREATE INDEX workflow_runs_purchase ON workflow_runs (purchase_id) WHERE purchase_id IS NOT NULL;
    COMMENT ON COLUMN workflow_runs.purchase_id IS 'the purchase that has started the run';

    CREATE TABLE withdrawn_purchases (
      purchase_id uuid PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE withdrawn_purchases IS 'purchases that start nothing any more, whenever their request comes';
  `,
  down: `
    DROP TABLE withdrawn_purchases;
    ALTER TABLE workflow_runs DROP COLUMN purchase_id;
  `,
})
