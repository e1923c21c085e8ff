import { GRACE_MS } from './agents/bounds.js'
import { refuseBadLimit } from './agents/limit.js'
import { refuseNamesakes } from './agents/namesake.js'
import { Runner } from './agents/runner.js'
import { pluginsCommand } from './commands/plugins-command.js'
import { refuseCommandConflicts, runCommand } from './commands/run-command.js'
import { validateConfig } from './config/config.js'
import type { Environment } from './config/env.js'
import { CoreErrors } from './errors/core-errors.js'
import { EventBus } from './events/event-bus.js'
import { memoryEvents } from './events/memory-events.js'
import { collectSubscriptions, refuseEventConflicts } from './events/registry.js'
import { Admission } from './money/admission.js'
import { Entitlements } from './money/entitlements.js'
import { Ledger } from './money/ledger.js'
import { unlimitedAdmission, unlimitedEntitlements, unlimitedLedger } from './money/unlimited.js'
import type { ForgeView } from './plugins/forge-view.js'
import { inspect, type PluginReport } from './plugins/inspect.js'
import { Lifecycle, type Limits } from './plugins/lifecycle.js'
import { orderPlugins } from './plugins/plugin-order.js'
import type { Plugin, PluginFactory } from './plugins/plugin.js'
import { refuseStrangers } from './plugins/refuse-strangers.js'
import type { Token } from './plugins/token.js'
import { wire } from './plugins/wiring.js'
import { LazyLogger } from './telemetry/lazy-logger.js'
import { createLogger, type Logger } from './telemetry/logger.js'
import { memoryUnitOfWork } from './transactions/memory-unit-of-work.js'
import { UnitOfWork } from './transactions/transaction.js'

/**
 * What an application is composed of.
 *
 * @example
 * const options: ForgeOptions = { plugins: [], log: createLogger({ level: 'warn' }), startTimeoutMs: 5_000 }
 * createForge(options)
 */
export interface ForgeOptions extends Partial<Limits> {
  plugins: readonly Plugin[]
  log?: Logger
  /** Where `env('NAME')` reads; the process's environment if left out. */
  environment?: Environment
}

/**
 * A running application: plugins composed into one.
 *
 * @example
 * const forge: Forge = createForge({ plugins: [] })
 * await forge.start()
 * forge.inspect().map(({ plugin }) => plugin).includes('memory-events') // true
 * await forge.stop()
 */
export interface Forge extends ForgeView {
  /**
   * Starts every plugin, in dependency order; then lets every plugin serve.
   *
   * @param options `serve: false` opens everything but takes no work, as commands need it.
   * @throws PLUGIN_FAILED, PLUGIN_TIMED_OUT; then everything that had started is stopped again.
   * ROLLBACK_FAILED where that fails too.
   */
  start(options?: { serve?: boolean }): Promise<void>
  /** Stops in reverse order. Calling it again waits for the same stop. */
  stop(): Promise<void>
  /** @throws SERVICE_MISSING */
  get<Service>(token: Token<Service>): Service
  /**
   * Runs an operator's command, such as `plugins`; see {@link runCommand}.
   *
   * @param signal ends a command that goes on by itself, such as one that follows the event log.
   */
  command(
    argv: readonly string[],
    print: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<void>
  /** Who requires and provides what, in start order. Shows no configuration. */
  inspect(): PluginReport[]
}

/** What every application has, where its plugins do not provide it. */
const DEFAULTS: readonly [Token<unknown>, PluginFactory][] = [
  [UnitOfWork, memoryUnitOfWork],
  [EventBus, memoryEvents],
  [Entitlements, unlimitedEntitlements],
  [Admission, unlimitedAdmission],
  [Ledger, unlimitedLedger],
]

type State = 'created' | 'started' | 'stopped'

/**
 * Composes plugins into an application. Everything that can be wrong without any I/O is found here:
 * configuration, missing services, circles, misspelt contributions.
 *
 * @example
 * const greeter = defineAgent({
 *   name: 'greeter', description: 'Greets.', input: z.string(), output: z.string(),
 *   run: (name) => `Hello, ${name}.`,
 * })
 * const house = definePlugin({ name: 'house', setup: () => ({ agents: [greeter] }) })
 * const forge = createForge({ plugins: [house()] })
 * await forge.start()
 * await forge.run(greeter, 'Ada') // 'Hello, Ada.'
 * await forge.stop()
 * @throws CONFIG_INVALID, PLUGINS_MISFIT, PLUGIN_INVALID, PLUGIN_FAILED, EVENT_CONFLICT, CONSUMER_CONFLICT,
 * NAME_CONFLICT, COMMAND_CONFLICT; DEFINITION_INVALID where a time limit cannot be one.
 */
export function createForge(options: ForgeOptions): Forge {
  const { environment = process.env } = options
  // An application's own may fail, too.
  const log = new LazyLogger(() => options.log ?? createLogger())
  const { startTimeoutMs = 60_000, stopTimeoutMs = 15_000 } = options
  refuseBadLimit('createForge', startTimeoutMs, 'startTimeoutMs')
  refuseBadLimit('createForge', stopTimeoutMs, 'stopTimeoutMs')
  refuseStrangers(options.plugins)
  const configs = validateConfig(options.plugins, environment)
  const ordered = orderPlugins(withDefaults(options.plugins))
  refuseEventConflicts(ordered.map((plugin) => plugin.definition))
  // Plugins are given `run` before there is a runner, which needs what the plugins contribute.
  const made: { runner?: Runner } = {}
  const run: ForgeView['run'] = (agent, input, runOptions = {}) =>
    made.runner?.run(agent, input, runOptions) ??
    Promise.reject(CoreErrors.SETUP_INCOMPLETE({ call: `run('${agent.name}')` }))
  const wiring = wire(ordered, configs, log, { run, stopTimeoutMs })
  collectSubscriptions(wiring)
  refuseNamesakes(wiring)
  const contributed = wiring.all('commands').flatMap(({ value }) => [...value])
  const commands = [pluginsCommand(() => inspect(wiring.plugins)), ...contributed]
  refuseCommandConflicts(commands)
  const runner = new Runner({
    container: wiring.container,
    log,
    interceptors: wiring.all('interceptors').flatMap(({ value }) => [...value]),
    observers: wiring.all('observers').flatMap(({ value }) => [...value]),
  })
  made.runner = runner
  // The other half is for those that are cancelled then.
  const endRuns = () => runner.close(stopTimeoutMs / 2)
  // What is cancelled has its grace also where plugins are given less time than that.
  const runs = { plugin: 'runs', stop: endRuns, stopTimeoutMs: stopTimeoutMs + 2 * GRACE_MS }
  const lifecycle = new Lifecycle(wiring.wired, runs, { startTimeoutMs, stopTimeoutMs }, log)
  let state: State = 'created'
  let stopping: Promise<void> | undefined

  return {
    plugins: wiring.plugins,
    all: wiring.all,
    find: wiring.find,
    make: wiring.make,
    resolve: wiring.resolve,
    get: (token) => wiring.container.get(token),
    inspect: () => inspect(wiring.plugins),
    run,
    stopTimeoutMs,
    async start({ serve = true } = {}) {
      if (state !== 'created') throw CoreErrors.FORGE_STATE({ action: 'start', state })
      state = 'started'
      try {
        await lifecycle.run('start')
        if (serve) await lifecycle.run('serve')
      } catch (error) {
        state = 'stopped'
        throw error
      }
    },
    stop() {
      state = 'stopped'
      stopping ??= lifecycle.stop().finally(endRuns)
      return stopping
    },
    async command(argv, print, signal) {
      await runCommand(commands, argv, print, signal)
    },
  }
}

function withDefaults(plugins: readonly Plugin[]): readonly Plugin[] {
  const provided = new Set(
    plugins
      .flatMap(({ definition }) => Object.values(definition.provides ?? {}))
      .map(({ key }) => key),
  )
  const missing = DEFAULTS.filter(([token]) => !provided.has(token.key))
  return [...missing.map(([, plugin]) => plugin()), ...plugins]
}
