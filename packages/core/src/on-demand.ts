import { createRequire } from 'node:module'

// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a bundle in the form of CommonJS has no address, but the name of its file
const require = createRequire(import.meta.url ?? __filename)

/**
 * Loads a CommonJS package when it is first asked for, so that whoever only defines agents and plugins
 * does not wait for what a running application needs.
 */
export function onDemand(name: string): () => unknown {
  let module: unknown
  return () => (module ??= require(name) as unknown)
}
