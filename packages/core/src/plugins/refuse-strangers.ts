import { CoreErrors } from '../errors/core-errors.js'
import { CORE_COPY } from './core-copy.js'
import type { Plugin } from './plugin.js'

/**
 * Refuses what is no plugin, which JavaScript lets through, and what another copy of this package has made:
 * it may be of another version, and what it declares need not mean the same here.
 *
 * @throws PLUGINS_MISFIT
 */
export function refuseStrangers(plugins: unknown): void {
  if (!Array.isArray(plugins)) {
    const problem = 'plugins is no list; write plugins: [weather()].'
    throw CoreErrors.PLUGINS_MISFIT({ problems: [problem] })
  }
  const problems = plugins.flatMap((plugin, index) => {
    const problem = problemOf(plugin, `plugins[${index}]`)
    return problem === undefined ? [] : [problem]
  })
  if (problems.length > 0) throw CoreErrors.PLUGINS_MISFIT({ problems })
}

function problemOf(plugin: unknown, place: string): string | undefined {
  if (typeof plugin === 'function')
    return `${place} is a plugin's function; call it: plugins: [weather()].`
  if (!isPlugin(plugin)) return `${place} is no plugin; make it with definePlugin.`
  const { name, core } = plugin.definition
  if (core === CORE_COPY) return undefined
  return (
    `"${name}" was made with another copy of @titanforge/core (${core.version}, ${core.url}) than the ` +
    `application's (${CORE_COPY.version}, ${CORE_COPY.url}); make core a peer dependency of it, and run npm dedupe.`
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isPlugin = (plugin: unknown): plugin is Plugin =>
  isRecord(plugin) && isRecord(plugin.definition) && isRecord(plugin.definition.core)
