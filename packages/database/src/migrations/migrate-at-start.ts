import type { Logger } from '@titanforge/core'
import { DatabaseErrors } from '../errors.js'
import { namesOf, type Migrator } from './migrator.js'

/**
 * Sees to it that nothing is served on a schema that is behind. One that is ahead is another matter: while
 * a new version is rolled out, processes of the old one must be able to come back.
 *
 * @throws MIGRATIONS_PENDING where migrating is left to the command.
 */
export async function migrateAtStart(
  migrator: Migrator,
  when: 'on-start' | 'by-command',
  log: Logger,
): Promise<void> {
  const states = await migrator.list()
  const unknown = namesOf(states, 'unknown')
  if (unknown.length > 0)
    log.warn({ unknown }, 'the database has migrations of another version of this application')
  const pending = namesOf(states, 'pending')
  if (pending.length === 0) return
  if (when === 'by-command') throw DatabaseErrors.MIGRATIONS_PENDING({ names: pending })
  const applied = await migrator.up()
  if (applied.length > 0) log.info({ applied }, 'migrated')
}
