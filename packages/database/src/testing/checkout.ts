import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest folder above with a lerna.json; where there is none, the working directory. */
export function checkout(folder = process.cwd()): string {
  if (existsSync(join(folder, 'lerna.json'))) return folder
  return folder === dirname(folder) ? process.cwd() : checkout(dirname(folder))
}
