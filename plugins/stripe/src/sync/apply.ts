import type { Applying } from '../objects/object-rule.js'
import { objectRules } from '../objects/index.js'
import { advance } from './cursor.js'
import type { Snapshot } from './snapshot.js'

/**
 * Writes a snapshot of an object, unless a newer one was written before.
 *
 * @returns whether it was written.
 */
export async function applySnapshot(applying: Applying, snapshot: Snapshot): Promise<boolean> {
  const { type, id, object, deleted, order } = snapshot
  if (!(await advance(applying.tx, id, order))) return false
  if (deleted) await objectRules[type].remove(applying, id)
  else await objectRules[type].apply(applying, object)
  return true
}
