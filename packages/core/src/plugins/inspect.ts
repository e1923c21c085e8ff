import type { AnyPluginDefinition } from './plugin.js'
import type { Tokens } from './token.js'

/**
 * What a plugin requires, uses, provides and collects, by name.
 *
 * @example
 * const providers = (reports: PluginReport[], service: string) =>
 *   reports.filter(({ provides }) => provides.includes(service)).map(({ plugin }) => plugin)
 * providers(createForge({ plugins: [] }).inspect(), 'EventBus') // ['memory-events']
 */
export interface PluginReport {
  plugin: string
  /** Names of tokens. */
  requires: string[]
  optional: string[]
  provides: string[]
  /** Contribution keys. */
  collects: string[]
}

const names = (tokens: Tokens = {}) => Object.values(tokens).map((token) => token.name)

/** Describes plugins, in the order they start. */
export function inspect(plugins: readonly AnyPluginDefinition[]): PluginReport[] {
  return plugins.map(({ name, requires, optional, provides, collects = [] }) => ({
    plugin: name,
    requires: names(requires),
    optional: names(optional),
    provides: names(provides),
    collects: [...collects],
  }))
}
