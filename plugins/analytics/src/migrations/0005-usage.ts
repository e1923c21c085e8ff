import { sqlMigration } from '@titanforge/database'

/** What of a payment is for what was used (S2). */
export const usage = sqlMigration('0005-usage', {
  up: 'ALTER TABLE revenue_entries ADD COLUMN usage bigint NOT NULL DEFAULT 0;',
  down: 'ALTER TABLE revenue_entries DROP COLUMN usage;',
})
