/** This package's version; a test compares it with package.json. */
export const VERSION = '0.1.0'

/**
 * One loaded copy of this package.
 *
 * @example
 * const plugin = definePlugin({ name: 'empty', setup: () => ({}) })
 * const madeWith: CoreCopy = plugin.definition.core
 */
export interface CoreCopy {
  version: string
  /** Where it was loaded from. */
  url: string
}

/** The copy that this module belongs to. Each copy in a process has an object of its own. */
export const CORE_COPY: CoreCopy = Object.freeze({ version: VERSION, url: import.meta.url })
