import type { Plugin, PluginFactory } from '../../plugins/plugin.js'
import type { InputOf, Schema } from '../../validation/schema.js'
import { suite, type TestContext, type TestFunction } from '../suite.js'
import { checkAbort } from './abort.js'
import { checkConfiguration, type BadConfig } from './configuration.js'
import { checkDeclarations } from './declarations.js'
import { checkIsolation, type StateHooks } from './isolation.js'
import { checkLifecycle } from './lifecycle.js'
import { checkSchemas } from './schemas.js'
import { checkSetup } from './setup.js'
import { preparer } from './specimen.js'

/**
 * What {@link pluginConformance} needs to know of a plugin.
 *
 * @example
 * const options: PluginConformanceOptions<{ everyMs: number }> = {
 *   config: { everyMs: 1000 },
 *   refuses: [{ config: { everyMs: 0 }, path: 'everyMs' }],
 * }
 */
export interface PluginConformanceOptions<Config> {
  /** A configuration with which it works, for two applications at a time: a port is 0. */
  config?: Config
  /** Configurations that it must refuse, and where. */
  refuses?: readonly BadConfig[]
  /** Plugins that provide what it requires, made afresh for every application. */
  needs?(t: TestContext): Promise<readonly Plugin[]> | readonly Plugin[]
  /** All plugins of an application in which this one fails to start after it has opened something. */
  failing?(t: TestContext): Promise<readonly Plugin[]> | readonly Plugin[]
  /** State that could be shared by mistake, such as a cache of the module. */
  state?: StateHooks
  /** An input for each tool that is to be aborted, by its name. Every such tool is called three times. */
  inputs?: Readonly<Record<string, unknown>>
}

/**
 * Registers the tests that every plugin has to pass. They start it several times, one after the other
 * where the runner can; what keeps the process alive is counted, so nothing else should run beside them.
 *
 * Found when it is left behind: whatever keeps the process alive, intervals that do not, listeners of the
 * process and global variables. Not found: a `setTimeout(…).unref()`, also where it begins itself anew for ever,
 * since Node.js and its libraries leave such timeouts of their own; poll with `setInterval`, or clear it in the
 * function that `start` returns and test that.
 *
 * @param test AVA's `test`, or anything of its form.
 * @example
 * const ticker = definePlugin({
 *   name: 'ticker',
 *   config: z.object({ everyMs: z.number().int().min(1) }),
 *   setup: ({ config, log }) => ({
 *     start() {
 *       const timer = setInterval(() => log.info('tick'), config.everyMs)
 *       return () => clearInterval(timer)
 *     },
 *   }),
 * })
 *
 * pluginConformance(test, ticker, {
 *   config: { everyMs: 1000 },
 *   refuses: [{ config: { everyMs: 0 }, path: 'everyMs' }],
 * })
 */
export function pluginConformance<Config extends Schema>(
  test: TestFunction,
  plugin: PluginFactory<Config>,
  options: PluginConformanceOptions<InputOf<Config>> = {},
): void {
  const { definition } = plugin
  const { failing, inputs = {}, state } = options
  const check = suite(test, `plugin ${definition.name}`)
  const prepare = preparer(definition, options)
  checkSetup(check, prepare)
  checkConfiguration(check, definition, options)
  checkLifecycle(check, prepare, definition, failing)
  checkIsolation(check, prepare, definition, state)
  checkDeclarations(check, prepare, definition)
  checkSchemas(check, prepare, definition, inputs)
  checkAbort(check, prepare, inputs)
}
