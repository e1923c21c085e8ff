import { knowAcrossCopies } from '../errors/across-copies.js'
import { CoreErrors } from '../errors/core-errors.js'
import { messageOf } from '../errors/errors.js'
import { isPlainObject } from '../validation/is-plain-object.js'

/**
 * Variables by name, as `process.env` holds them. Only its own properties count.
 *
 * @example
 * const environment: Environment = { PORT: '8080' }
 * createForge({ plugins: [], environment })
 */
export type Environment = Readonly<Record<string, string | undefined>>

/** Stands in a plugin's configuration for the value of an environment variable. */
export class EnvReference {
  static {
    knowAcrossCopies(this, 'EnvReference')
  }

  constructor(
    readonly name: string,
    private readonly fallback: () => unknown,
    private readonly separator?: string,
  ) {}

  /** @throws ENV_UNREAD: its declared type is a text's, but nobody can put it together with others. */
  [Symbol.toPrimitive](): never {
    throw CoreErrors.ENV_UNREAD({ name: this.name })
  }

  read(environment: Environment): unknown {
    const text = Object.hasOwn(environment, this.name) ? environment[this.name] : undefined
    if (text === undefined || text === '') return this.fallback()
    if (this.separator === undefined) return text
    // A stray blank or comma must not become a value, least of all an empty secret.
    const values = text.split(this.separator).map((value) => value.trim())
    return values.filter((value) => value !== '')
  }
}

// The same in every copy of this package, like the class.
const MISSING = Symbol.for('titanforge.missing environment variable')

/**
 * Refers to an environment variable. It is read when the forge is created, and a problem with its value
 * is reported under the variable's name, together with all others. An empty variable counts as unset.
 *
 * The declared type is the one that the plugin's schema takes. The value is put in place of the reference
 * wherever that stands in plain objects and lists, at any depth; not in a `Map`, a `Set` or an object of a
 * class, which reach the schema as they are. It stands for the whole value: in a longer text, as in
 * `https://${env('HOST')}`, it throws ENV_UNREAD.
 *
 * @param fallback what stands in where it is unset, which may be of another variable in turn; without it, the
 * variable is required.
 * @example
 * const server = definePlugin({
 *   name: 'server',
 *   config: z.object({ key: z.string(), port: z.coerce.number() }),
 *   setup: ({ config }) => ({ health: [{ name: `port ${config.port}`, check: async () => undefined }] }),
 * })
 * const forge = createForge({
 *   plugins: [server({ key: env('KEY'), port: env('PORT', () => 3000) })],
 *   environment: { KEY: 'a secret' },
 * })
 * forge.all('health')[0]?.value[0]?.name // 'port 3000'
 */
export function env(name: string): string
export function env<Fallback>(name: string, fallback: () => Fallback): string | Fallback
export function env(name: string, fallback: () => unknown = () => MISSING): unknown {
  return new EnvReference(name, fallback)
}

/**
 * Like {@link env}, for a variable that holds several values separated by commas.
 *
 * @example
 * const hooks = definePlugin({
 *   name: 'hooks', config: z.object({ secrets: z.array(z.string()).min(1) }), setup: () => ({}),
 * })
 * createForge({
 *   plugins: [hooks({ secrets: envList('SECRETS', () => []) })],
 *   environment: { SECRETS: 'new, old' },
 * })
 */
export function envList<Fallback>(name: string, fallback: () => Fallback): string[] | Fallback {
  return new EnvReference(name, fallback, ',') as unknown as string[] | Fallback
}

/** A configuration with its references replaced, and where each of them stood. */
export interface ResolvedConfig {
  value: unknown
  /** Variable name by path, as in `secretKey` or `smtp.url`. */
  variables: Map<string, string>
  /** Paths of required variables that are unset. */
  missing: Set<string>
  /** Why a fallback could not be had, by path. */
  failed: Map<string, string>
}

/** Replaces every {@link EnvReference} in plain objects and arrays. */
export function resolveEnv(config: unknown, environment: Environment): ResolvedConfig {
  const variables = new Map<string, string>()
  const missing = new Set<string>()
  const failed = new Map<string, string>()
  const above = new Set<unknown>()
  const visit = (value: unknown, path: string, instead: readonly string[] = []): unknown => {
    if (value instanceof EnvReference) {
      const names = [...instead, value.name]
      variables.set(path, value.name)
      try {
        const read = value.read(environment)
        // What stands in may be of another variable in turn.
        if (read !== MISSING) return visit(read, path, names)
        variables.set(path, names.join(' or '))
        missing.add(path)
      } catch (error) {
        failed.set(path, messageOf(error))
      }
      return undefined
    }
    // A circle holds no references that were not found already.
    if (!isContainer(value) || above.has(value)) return value
    above.add(value)
    const entries = Object.entries(value).map(([key, item]) => [key, visit(item, join(path, key))])
    above.delete(value)
    return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
  }
  return { value: visit(config, ''), variables, missing, failed }
}

const isContainer = (value: unknown): value is object =>
  Array.isArray(value) || isPlainObject(value)

const join = (path: string, key: string) => (path ? `${path}.${key}` : key)
