import { join } from 'node:path'

/**
 * Where a server that nothing is configured for keeps its data and secrets: `TITANFORGE_HOME`, or
 * `.titanforge` in this package's folder.
 */
export const home =
  process.env.TITANFORGE_HOME || join(import.meta.dirname, '..', '..', '.titanforge')
