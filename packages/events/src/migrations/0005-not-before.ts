import { sqlMigration } from '@titanforge/database'

/** Tells what its publisher has put off from what waits: only the second is a backlog. */
export const notBefore = sqlMigration('0005-not-before', {
  up: 'ALTER TABLE event_deliveries ADD COLUMN not_before timestamptz',
  down: 'ALTER TABLE event_deliveries DROP COLUMN not_before',
})
