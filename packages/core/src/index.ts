// The examples of the docstrings leave out the imports of this package and its entrances, of `z` of Zod and
// of `test` of AVA. test/examples.test.ts compiles and runs each of them.
export * from './agents/agent.js'
export type { Call, Outcome } from './agents/call.js'
export * from './agents/fan-out.js'
export * from './agents/hand-off.js'
export type { Interceptor, Phase } from './agents/interceptor.js'
export type { Observer } from './agents/observer.js'
export { reconcilerOf } from './agents/reconciler.js'
export type * from './agents/run-context.js'
export type { RunOptions } from './agents/run-options.js'
export * from './agents/run-progress.js'
export * from './agents/supervise.js'
export * from './agents/tool.js'
export { asksForHelp } from './commands/command-help.js'
export type { Command, CommandContext, CommandOption } from './commands/command.js'
export { runCommand } from './commands/run-command.js'
export { env, envList, type Environment } from './config/env.js'
export { CoreErrors } from './errors/core-errors.js'
export * from './errors/errors.js'
export * from './events/event-bus.js'
export * from './events/event-history.js'
export * from './events/event.js'
export { memoryEvents } from './events/memory-events.js'
export { RetryLater } from './events/retry-later.js'
export * from './events/subscription.js'
export * from './forge.js'
export * from './money/admission.js'
export type { Budget } from './money/budget.js'
export * from './money/entitlements.js'
export * from './money/ledger.js'
export { inject, injectable, type InjectableClass } from './plugins/container.js'
export type * from './plugins/contributions.js'
export type { CoreCopy } from './plugins/core-copy.js'
export type * from './plugins/forge-view.js'
export type { HealthCheck } from './plugins/health.js'
export type { PluginReport } from './plugins/inspect.js'
export * from './plugins/plugin.js'
export * from './plugins/token.js'
export * from './telemetry/logger.js'
export { withoutSecrets } from './telemetry/secrets.js'
export { memoryUnitOfWork } from './transactions/memory-unit-of-work.js'
export * from './transactions/transaction.js'
export {
  check,
  parse,
  type AnySchema,
  type InputOf,
  type OutputOf,
  type Schema,
  type SchemaProblem,
  type SchemaResult,
} from './validation/schema.js'
