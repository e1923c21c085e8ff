import { sqlMigration } from '@titanforge/database'

/** Tells when something in a lane comes due, without a step through all lanes. */
export const dueLanes = sqlMigration('0004-due-lanes', {
  up: `
    CREATE INDEX event_deliveries_lane_due ON event_deliveries (consumer, retried, due_at)
      WHERE lane IS NOT NULL AND claim IS NULL;
  `,
  down: 'DROP INDEX event_deliveries_lane_due',
})
