import type { Agent, AnyAgent } from './agents/agent.js'
import type { Command } from './command.js'
import type { InjectableClass } from './container.js'
import { CORE_COPY, type CoreCopy } from './core-copy.js'
import { CoreErrors } from './core-errors.js'
import type { EventType } from './events/event.js'
import type { Subscription } from './events/subscription.js'
import type { HealthCheck } from './health.js'
import type { Interceptor } from './agents/interceptor.js'
import type { Logger } from './logger.js'
import type { Observer } from './agents/observer.js'
import type { RunOptions } from './agents/runner.js'
import type { Tool } from './agents/tool.js'
import type { InputOf, OutputOf, Schema } from './schema.js'
import type { Services, Token, Tokens } from './token.js'

/**
 * Undoes what `start` or `serve` did.
 *
 * @example
 * const stop: Stop = async () => undefined
 */
export type Stop = () => void | Promise<void>
/**
 * Opens something, and answers with what closes it again.
 *
 * @example
 * const start: Startable = () => {
 *   const timer = setInterval(() => undefined, 1_000)
 *   return () => clearInterval(timer)
 * }
 * definePlugin({ name: 'ticker', setup: () => ({ start }) })
 */
export type Startable = () => void | Stop | Promise<void | Stop>

/**
 * What plugins do, by key. Packages that host a kind of contribution add their key:
 *
 * @example
 * interface Panel { title: string }
 * declare module '@titanforge/core' {
 *   interface Contributions { panels?: readonly Panel[] }
 * }
 * definePlugin({ name: 'dashboard', collects: ['panels'], setup: () => ({}) })
 * definePlugin({ name: 'sales', setup: () => ({ panels: [{ title: 'Sales' }] }) })
 */
export interface Contributions {
  agents?: readonly AnyAgent[]
  tools?: readonly Tool[]
  on?: readonly Subscription[]
  interceptors?: readonly Interceptor[]
  observers?: readonly Observer[]
  commands?: readonly Command[]
  health?: readonly HealthCheck[]
  /** Opens what the plugin needs, in dependency order. */
  start?: Startable
  /** Begins to take work, when every plugin has started. */
  serve?: Startable
}

/**
 * What plugins are, by key: data that can be read without running anything. Packages add to it too.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const declared: Declarations = { events: [sold] }
 * definePlugin({ name: 'shop', ...declared, setup: () => ({}) })
 */
export interface Declarations {
  /** The durable events that the plugin publishes. */
  events?: readonly EventType[]
}

/**
 * One plugin's contribution to a key.
 *
 * @example
 * const names = (found: readonly Contributed<'health'>[]) => found.map(({ plugin }) => plugin)
 * names(createForge({ plugins: [] }).all('health')) // []
 */
export interface Contributed<Key extends keyof Contributions> {
  plugin: string
  value: NonNullable<Contributions[Key]>
}

/**
 * What a plugin sees of the application it is in.
 *
 * @example
 * const counter = definePlugin({
 *   name: 'counter',
 *   setup: ({ forge, log }: { forge: ForgeView; log: Logger }) => ({
 *     start: () => log.info({ commands: forge.all('commands').length }, 'counted'),
 *   }),
 * })
 */
export interface ForgeView {
  /** Every plugin's contribution to a key, in plugin order. Callable from `start` on. */
  all<Key extends keyof Contributions>(key: Key): readonly Contributed<Key>[]
  /** The static side of every plugin, in plugin order. */
  readonly plugins: readonly AnyPluginDefinition[]
  /**
   * Makes an instance of a class that takes the services of its static `inject` list.
   *
   * @throws SERVICE_MISSING
   */
  make<Instance, const Inject extends readonly Token<unknown>[]>(
    target: InjectableClass<Instance, Inject>,
  ): Instance
  /**
   * Makes an instance of a class decorated with `@injectable()` and `@inject(Token)`.
   *
   * @throws SERVICE_MISSING
   */
  resolve<Instance>(target: new (...services: never[]) => Instance): Instance
  /** A service that is nobody's declared requirement; undefined where no plugin provides it. */
  find<Service>(token: Token<Service>): Service | undefined
  /**
   * Runs an agent. Callable from `start` on.
   *
   * @throws INPUT_INVALID, RUN_CANCELLED, RUN_TIMED_OUT, NOT_ENTITLED, or whatever the agent throws.
   */
  run<Input, Output>(
    agent: Agent<Input, Output>,
    input: NoInfer<Input>,
    options?: RunOptions,
  ): Promise<Output>
}

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
  /** Puts the plugin together. No I/O here: open things in `start`. */
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
  const { name, requires = {}, optional = {} } = definition
  const problem = (text: string) => CoreErrors.PLUGIN_INVALID({ plugin: name, problem: text })
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw problem('the name must be lower-case letters, digits and hyphens.')
  const reserved = Object.keys({ ...requires, ...optional }).find((key) => RESERVED.includes(key))
  if (reserved) throw problem(`"${reserved}" is taken; require the service under another name.`)
  // Erases the types that the compiler has checked at this call.
  const erased: AnyPluginDefinition = Object.freeze({ ...definition, core: CORE_COPY })
  const factory = (config: unknown = {}): Plugin => Object.freeze({ definition: erased, config })
  return Object.assign(factory, { definition: erased })
}
