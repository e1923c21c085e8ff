import { CoreErrors } from './core-errors.js'

/**
 * Says of what is no plugin what it is: JavaScript lets it through, and it would fail somewhere inside.
 *
 * @throws PLUGINS_MISFIT
 */
export function refuseStrangers(plugins: readonly unknown[]): void {
  const problems = plugins.flatMap((plugin, index) => {
    const place = `plugins[${index}]`
    if (typeof plugin === 'function')
      return [`${place} is a plugin's function; call it: plugins: [weather()].`]
    return isPlugin(plugin) ? [] : [`${place} is no plugin; make it with definePlugin.`]
  })
  if (problems.length > 0) throw CoreErrors.PLUGINS_MISFIT({ problems })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isPlugin = (plugin: unknown) =>
  isRecord(plugin) && isRecord(plugin.definition) && isRecord(plugin.definition.core)
