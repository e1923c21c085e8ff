import type { AnyPluginDefinition } from './plugin.js'
import type { Tokens } from './token.js'

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
