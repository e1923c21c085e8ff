import { createRequire } from 'node:module'

// An application that is bundled as CommonJS knows the name of its file, and no address.
const require = createRequire(typeof __filename === 'string' ? __filename : import.meta.url)

/**
 * Loads a CommonJS package when it is first asked for, so that whoever only defines agents and plugins
 * does not wait for what a running application needs.
 */
export function onDemand(name: string): () => unknown {
  let module: unknown
  return () => (module ??= require(name) as unknown)
}
