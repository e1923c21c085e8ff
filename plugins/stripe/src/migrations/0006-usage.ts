import { sqlMigration } from '@titanforge/database'

/** What of an invoice is for what was used. */
export const usage = sqlMigration('0006-usage', {
  up: 'ALTER TABLE invoices ADD COLUMN usage bigint NOT NULL DEFAULT 0;',
  down: 'ALTER TABLE invoices DROP COLUMN usage;',
})
