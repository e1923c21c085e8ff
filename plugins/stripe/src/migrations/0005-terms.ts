import { sqlMigration } from '@titanforge/database'

/** What lowers a price, what stops its collection, and what of a payment is tax. */
export const terms = sqlMigration('0005-terms', {
  up: `
    ALTER TABLE subscriptions
      ADD COLUMN discounts jsonb NOT NULL DEFAULT '[]',
      ADD COLUMN collection_paused text;
    ALTER TABLE invoices ADD COLUMN tax bigint NOT NULL DEFAULT 0;
  `,
  down: `
    ALTER TABLE invoices DROP COLUMN tax;
    ALTER TABLE subscriptions DROP COLUMN collection_paused, DROP COLUMN discounts;
  `,
})
