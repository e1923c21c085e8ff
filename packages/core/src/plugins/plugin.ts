import { CoreErrors } from '../errors/core-errors.js'
import type { Logger } from '../telemetry/logger.js'
import { isPlainObject } from '../validation/is-plain-object.js'
import {
  problemOfFunction,
  problemOfList,
  problemOfSchema,
  problemOfTokens,
} from '../validation/misshapen.js'
import type { InputOf, OutputOf, Schema } from '../validation/schema.js'
import type { Contributions, Declarations } from './contributions.js'
import { CORE_COPY, type CoreCopy } from './core-copy.js'
import type { ForgeView } from './forge-view.js'
import type { Services, Tokens } from './token.js'

type SetupContext<Config extends Schema, Requires extends Tokens, Optional extends Tokens> = {
  config: OutputOf<Config>
  log: Logger
  forge: ForgeView
} & Services<Requires> &
  Partial<Services<Optional>>

type Setup<Provides extends Tokens> = Contributions &
  ([keyof Provides] extends [never] ? { services?: undefined } : { services: Services<Provides> })

/**
 * What {@link definePlugin} makes a plugin of.
 *
 * @example
 * const definition: PluginDefinition<Schema<{ name: string }>, {}, {}, {}> = {
 *   name: 'greeter', setup: ({ config, log }) => ({ start: () => log.info(`Hello, ${config.name}.`) }),
 * }
 * definePlugin(definition)
 */
export interface PluginDefinition<
  Config extends Schema,
  Requires extends Tokens,
  Optional extends Tokens,
  Provides extends Tokens,
> extends Declarations {
  /** Unique in an application; lower case. */
  name: string
  config?: Config
  /** Services it cannot do without, by the name it uses for each. */
  requires?: Requires
  /** Services it uses where some plugin provides them. */
  optional?: Optional
  /** Services it gives to others. */
  provides?: Provides
  /** The contribution keys that it reads. */
  collects?: readonly (keyof Contributions)[]
  /**
   * Puts the plugin together, and returns a plain object: what a class inherits is no contribution. No I/O
   * here: open things in `start`.
   */
  // NoInfer: what is provided is declared; returning a service does not declare it.
  setup(context: SetupContext<Config, Requires, Optional>): Setup<NoInfer<Provides>>
}

/**
 * A definition whose types have done their work.
 *
 * @example
 * const names = (plugins: readonly AnyPluginDefinition[]) => plugins.map(({ name }) => name)
 * names(createForge({ plugins: [] }).plugins).includes('memory-events') // true
 */
export interface AnyPluginDefinition extends Declarations {
  readonly name: string
  /** The copy of this package that declared it. */
  readonly core: CoreCopy
  readonly config?: Schema
  readonly requires?: Tokens
  readonly optional?: Tokens
  readonly provides?: Tokens
  readonly collects?: readonly (keyof Contributions)[]
  setup(context: object): Contributions & { services?: Record<string, unknown> }
}

/**
 * A plugin with its configuration, as `createForge` takes it.
 *
 * @example
 * const empty = definePlugin({ name: 'empty', setup: () => ({}) })
 * const plugin: Plugin = empty()
 * createForge({ plugins: [plugin] })
 */
export interface Plugin {
  readonly definition: AnyPluginDefinition
  readonly config: unknown
}

type ConfigInput<Config extends Schema> = InputOf<Config>

/**
 * Makes a plugin from its configuration.
 *
 * @example
 * const config = z.object({ units: z.string().default('metric') })
 * const weather: PluginFactory<typeof config> = definePlugin({ name: 'weather', config, setup: () => ({}) })
 * createForge({ plugins: [weather({ units: 'imperial' })] })
 */
export interface PluginFactory<Config extends Schema = Schema<Record<never, never>>> {
  (
    ...config: object extends ConfigInput<Config>
      ? [config?: ConfigInput<Config>]
      : [config: ConfigInput<Config>]
  ): Plugin
  readonly definition: AnyPluginDefinition
}

const RESERVED = ['config', 'log', 'forge']

/**
 * Declares a plugin.
 *
 * @example
 * const greeter = definePlugin({
 *   name: 'greeter',
 *   config: z.object({ greeting: z.string().default('Hello') }),
 *   setup: ({ config, log }) => ({ start: () => log.info(config.greeting) }),
 * })
 * createForge({ plugins: [greeter({ greeting: 'Good morning' })] })
 * @throws PLUGIN_INVALID
 */
export function definePlugin<
  Config extends Schema = Schema<Record<never, never>>,
  Requires extends Tokens = Record<never, never>,
  Optional extends Tokens = Record<never, never>,
  Provides extends Tokens = Record<never, never>,
>(definition: PluginDefinition<Config, Requires, Optional, Provides>): PluginFactory<Config> {
  if (!isPlainObject(definition)) {
    const problem = 'definePlugin() takes a plain object, which is no instance of a class.'
    throw CoreErrors.PLUGIN_INVALID({ plugin: '?', problem })
  }
  const { name } = definition
  const problem = problemOf(definition)
  if (problem !== undefined) throw CoreErrors.PLUGIN_INVALID({ plugin: name, problem })
  // Erases the types that the compiler has checked at this call.
  const erased: AnyPluginDefinition = Object.freeze({ ...definition, core: CORE_COPY })
  const factory = (config: unknown = {}): Plugin => Object.freeze({ definition: erased, config })
  return Object.assign(factory, { definition: erased })
}

function problemOf(definition: { setup?: unknown } & Omit<AnyPluginDefinition, 'core' | 'setup'>) {
  const { name, config, requires, optional, provides, events, collects } = definition
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name))
    return 'the name must be lower-case letters, digits and hyphens.'
  const reserved = Object.keys({ ...requires, ...optional }).find((key) => RESERVED.includes(key))
  if (reserved) return `"${reserved}" is taken; require the service under another name.`
  return (
    (config ? problemOfSchema('config', config) : undefined) ??
    problemOfTokens('requires', requires) ??
    problemOfTokens('optional', optional) ??
    problemOfTokens('provides', provides) ??
    problemOfList('events', events) ??
    problemOfList('collects', collects, 'string') ??
    // It alone cannot be left out.
    problemOfFunction('setup', definition.setup ?? null)
  )
}
