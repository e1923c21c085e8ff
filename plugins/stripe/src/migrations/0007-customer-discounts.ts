import { sqlMigration } from '@titanforge/database'

/** What lowers the price of every subscription of a customer that has no discount of its own. */
export const customerDiscounts = sqlMigration('0007-customer-discounts', {
  up: `
    CREATE TABLE customer_discounts (
      stripe_customer_id varchar(255) PRIMARY KEY,
      discount jsonb NOT NULL
    );
  `,
  down: 'DROP TABLE customer_discounts;',
})
