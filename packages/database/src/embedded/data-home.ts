import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { SYSTEM_FOLDER } from './system-folder.js'

/** The home of a project's data outside the project, the same at every start. */
export function homeAwayFrom(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  return join(SYSTEM_FOLDER, hash)
}

/** Root's choice of a home: where the data is already, else in the folder if its user may enter that. */
export function chooseHome(
  folder: string,
  found: { here: boolean; away: boolean; enterable: boolean },
): string {
  if (found.here) return folder
  return found.away || !found.enterable ? homeAwayFrom(folder) : folder
}
