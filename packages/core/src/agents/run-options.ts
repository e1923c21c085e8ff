import type { Logger } from '../telemetry/logger.js'
import type { Principal } from './run-context.js'

/**
 * How a run is begun from outside. Inside a run there is nothing to give: all of it is inherited.
 *
 * @example
 * const echo = defineAgent({
 *   name: 'echo', description: 'Echoes.', input: z.string(), output: z.string(), run: (text) => text,
 * })
 * const options: RunOptions = { principal: { userId: 'ada' }, timeoutMs: 500 }
 * await createForge({ plugins: [] }).run(echo, 'hey', options) // 'hey'
 */
export interface RunOptions {
  principal?: Principal
  /** Cancels the run. */
  signal?: AbortSignal
  /** Milliseconds; the agent's own limit if that is shorter or this is left out. */
  timeoutMs?: number
  /**
   * Where the run's idempotency keys begin; its id if left out. Give the key of what causes the run, such
   * as the delivery of an event, so that the run does nothing twice when the cause comes again.
   */
  idempotencyKey?: string
  /** The log of what causes the run, such as a request's, whose fields the run's lines bear too. */
  log?: Logger
}
