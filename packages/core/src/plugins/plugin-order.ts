import { CoreErrors } from '../errors/core-errors.js'
import type { AnyPluginDefinition, Plugin } from './plugin.js'

/**
 * Sorts plugins so that each comes after those whose services it uses; otherwise the given order holds.
 *
 * @throws PLUGINS_MISFIT naming every double name, double provider, gap and cycle.
 */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  const problems = doubles(plugins)
  const providers = providersOf(plugins, problems)
  findGaps(plugins, providers, problems)
  const ordered = sort(plugins, providers, problems)
  if (problems.length > 0) throw CoreErrors.PLUGINS_MISFIT({ problems })
  return ordered
}

const needsOf = ({ requires = {}, optional = {} }: AnyPluginDefinition) => [
  ...Object.values(requires),
  ...Object.values(optional),
]

function doubles(plugins: readonly Plugin[]): string[] {
  const names = plugins.map((plugin) => plugin.definition.name)
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...twice].map((name) => `The plugin "${name}" is listed more than once; list it once.`)
}

/** Several where two provide the same, so that a circle through either is told as well. */
type Providers = Map<symbol, Plugin[]>

function providersOf(plugins: readonly Plugin[], problems: string[]): Providers {
  const providers: Providers = new Map()
  for (const plugin of plugins) {
    for (const token of Object.values(plugin.definition.provides ?? {})) {
      const others = providers.get(token.key) ?? []
      const other = others.at(-1)
      if (other) {
        problems.push(
          `"${other.definition.name}" and "${plugin.definition.name}" both provide ${token.name}; leave one out.`,
        )
      }
      providers.set(token.key, [...others, plugin])
    }
  }
  return providers
}

function findGaps(plugins: readonly Plugin[], providers: Providers, problems: string[]) {
  for (const { definition } of plugins) {
    for (const token of Object.values(definition.requires ?? {})) {
      if (providers.has(token.key)) continue
      problems.push(
        `"${definition.name}" requires ${token.name}, which no plugin provides; add one that does.`,
      )
    }
  }
}

function sort(plugins: readonly Plugin[], providers: Providers, problems: string[]): Plugin[] {
  const ordered: Plugin[] = []
  const visiting: Plugin[] = []
  const visit = (plugin: Plugin) => {
    if (ordered.includes(plugin)) return
    if (visiting.includes(plugin)) {
      const cycle = [...visiting.slice(visiting.indexOf(plugin)), plugin].map(
        (p) => `"${p.definition.name}"`,
      )
      problems.push(`Circle: ${cycle.join(' needs ')}; let one of them provide less.`)
      return
    }
    visiting.push(plugin)
    for (const token of needsOf(plugin.definition)) {
      providers.get(token.key)?.forEach(visit)
    }
    visiting.pop()
    ordered.push(plugin)
  }
  for (const plugin of plugins) visit(plugin)
  return ordered
}
