import { sqlMigration } from '@titanforge/database'

/** Overrides can take away as well as give, and a late payment is told from a plan that was never had. */
export const overrides = sqlMigration('0003-overrides', {
  up: `
    ALTER TABLE entitlements
      ADD COLUMN late boolean NOT NULL DEFAULT false,
      ADD COLUMN reason text,
      DROP CONSTRAINT entitlements_check,
      ADD CONSTRAINT entitlements_value_check CHECK (
        CASE WHEN source = 'override'
          THEN kind <> 'plan' AND value >= 0 AND (kind = 'limit' OR value <= 1)
            AND value IS NOT NULL AND reason IS NOT NULL
          ELSE (kind = 'limit') = (value IS NOT NULL)
        END
      );
    COMMENT ON COLUMN entitlements.late IS 'whether it ends because a payment is late';
    COMMENT ON COLUMN entitlements.reason IS 'why somebody has overridden what was paid for';
    COMMENT ON COLUMN entitlements.value IS
      'the limit; null for a plan or a feature, except that an override gives a feature with 1 and takes it with 0';
    CREATE INDEX entitlements_source_id ON entitlements (source_id);
  `,
  down: `
    DELETE FROM entitlements WHERE source = 'override';
    DROP INDEX entitlements_source_id;
    COMMENT ON COLUMN entitlements.value IS 'the limit; null for a plan or a feature';
    ALTER TABLE entitlements
      DROP CONSTRAINT entitlements_value_check,
      DROP COLUMN late,
      DROP COLUMN reason,
      ADD CONSTRAINT entitlements_check CHECK ((kind = 'limit') = (value IS NOT NULL));
  `,
})
