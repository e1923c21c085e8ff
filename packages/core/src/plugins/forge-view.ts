import type { Agent } from '../agents/agent.js'
import type { RunOptions } from '../agents/run-options.js'
import type { InjectableClass } from './container.js'
import type { Contributed, Contributions } from './contributions.js'
import type { AnyPluginDefinition } from './plugin.js'
import type { Token } from './token.js'

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
  /** How long one plugin's stop may take, in milliseconds. */
  readonly stopTimeoutMs: number
  /**
   * Makes an instance of a class that takes the services of its static `inject` list.
   *
   * @throws SERVICE_MISSING; DEFINITION_INVALID where the class has no such list.
   */
  make<Instance, const Inject extends readonly Token<unknown>[]>(
    target: InjectableClass<Instance, Inject>,
  ): Instance
  /**
   * Makes an instance of a class decorated with `@injectable()` and `@inject(Token)`.
   *
   * @throws SERVICE_MISSING; DEFINITION_INVALID where the class, or a parameter of the constructor that says
   * what it takes, is not marked.
   */
  resolve<Instance>(target: new (...services: never[]) => Instance): Instance
  /**
   * A service that is nobody's declared requirement; undefined where no plugin provides it. Callable from
   * `start` on; what setup needs is named in `optional`.
   */
  find<Service>(token: Token<Service>): Service | undefined
  /**
   * Runs an agent. Callable from `start` on.
   *
   * @throws INPUT_INVALID, OUTPUT_INVALID, RUN_CANCELLED, RUN_TIMED_OUT, NOT_ENTITLED, or whatever the agent throws.
   */
  run<Input, Output>(
    agent: Agent<Input, Output>,
    input: NoInfer<Input>,
    options?: RunOptions,
  ): Promise<Output>
}
