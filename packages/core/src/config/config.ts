import { CoreErrors } from '../errors/core-errors.js'
import { ForgeError, messageOf } from '../errors/errors.js'
import type { Plugin } from '../plugins/plugin.js'
import { check, type Schema, type SchemaProblem, type SchemaResult } from '../validation/schema.js'
import { resolveEnv, type Environment } from './env.js'
import { valueAt, withoutValues } from './unseen.js'

/**
 * Validates the configuration of all plugins together.
 *
 * @returns the parsed configuration by plugin name.
 * @throws CONFIG_INVALID that lists every problem of every plugin with its path and, where the value came
 * from the environment, the variable's name. Values are not shown: they may be secrets.
 */
export function validateConfig(
  plugins: readonly Plugin[],
  environment: Environment,
): Map<string, unknown> {
  const parsed = new Map<string, unknown>()
  const problems: string[] = []
  for (const { definition, config } of plugins) {
    if (!definition.config) {
      if (isGiven(config)) problems.push(`${definition.name}: takes no configuration; leave it out`)
      parsed.set(definition.name, {})
      continue
    }
    const result = readConfig(definition.name, definition.config, config, environment)
    if (result.ok) parsed.set(definition.name, result.value)
    else problems.push(...result.problems)
  }
  if (problems.length > 0) throw CoreErrors.CONFIG_INVALID({ problems })
  return parsed
}

function readConfig(plugin: string, schema: Schema, config: unknown, environment: Environment) {
  const { value, variables, missing, failed } = resolveEnv(config, environment)
  const describe = ({ path, message }: SchemaProblem) => {
    const variable = variables.get(path) ?? variables.get(path.replace(/\.\d+$/, ''))
    const place = [plugin, path].filter(Boolean).join('.')
    return variable ? `${place} (${variable}): ${message}` : `${place}: ${message}`
  }
  const unread = [
    ...[...missing].map((path) => describe({ path, message: 'is required; set the variable' })),
    ...[...failed].map(([path, message]) => describe({ path, message })),
  ]
  const isKnown = ({ path }: SchemaProblem) => missing.has(path) || failed.has(path)
  const result = checkUnseen(schema, value, `the configuration of plugin "${plugin}"`)
  if (result.ok && unread.length === 0) return { ok: true as const, value: result.value }
  const invalid = result.ok
    ? []
    : result.problems.filter((problem) => !isKnown(problem)).map(describe)
  return { ok: false as const, problems: [...unread, ...invalid] }
}

/** Checks; what is said of a problem does not tell the value, which may be a secret. */
function checkUnseen(schema: Schema, value: unknown, what: string): SchemaResult<unknown> {
  try {
    const result = check(schema, value, what)
    if (result.ok) return result
    const problems = result.problems.map(({ path, message }) => ({
      path,
      message: withoutValues(message, valueAt(value, path)),
    }))
    return { ok: false, problems }
  } catch (error) {
    // Of its own errors the kernel knows that they tell no value.
    const message =
      error instanceof ForgeError
        ? error.message
        : `its schema failed: ${withoutValues(messageOf(error), value)}`
    return { ok: false, problems: [{ path: '', message }] }
  }
}

const isGiven = (config: unknown) =>
  typeof config !== 'object' || config === null || Object.keys(config).length > 0
