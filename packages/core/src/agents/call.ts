import type { Agent } from './agent.js'
import type { RunContext } from './run-context.js'
import type { Tool } from './tool.js'

/**
 * A call of an agent or a tool, as interceptors and observers see it. What it knows is read from it itself; a
 * copy by `{ ...call }` does not have all of it.
 *
 * @example
 * const nameOf = ({ kind, definition }: Call) => `${kind} ${definition.name}`
 * const counted: Record<string, number> = {}
 * const counter: Observer = {
 *   started: (call) => void (counted[nameOf(call)] = (counted[nameOf(call)] ?? 0) + 1),
 * }
 */
export interface Call {
  readonly kind: 'agent' | 'tool'
  readonly definition: Agent | Tool
  /** True for the call that began the run. */
  readonly outermost: boolean
  /** The input as the schema parsed it. */
  readonly input: unknown
  /** A context of the call, for what stands around its code. Reading it makes it. */
  readonly ctx: RunContext
}

/**
 * What a call came to.
 *
 * @example
 * const slow = ({ durationMs }: Outcome) => durationMs > 1_000
 * slow({ status: 'succeeded', durationMs: 20 }) // false
 */
export type Outcome =
  | { readonly status: 'succeeded'; readonly durationMs: number }
  | {
      readonly status: 'failed' | 'cancelled'
      readonly durationMs: number
      readonly error: unknown
    }
