import { sqlMigration } from '@titanforge/database'

/** Counts how often a delivery has made way for another transaction, since that uses no attempt up. */
export const madeWay = sqlMigration('0006-made-way', {
  up: 'ALTER TABLE event_deliveries ADD COLUMN made_way integer NOT NULL DEFAULT 0',
  down: 'ALTER TABLE event_deliveries DROP COLUMN made_way',
})
