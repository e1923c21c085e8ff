import type { AnyAgent } from './agent.js'
import type { RunContext } from './run-context.js'
import type { Tool } from './tool.js'

/** A call of an agent or a tool, as interceptors and observers see it. */
export interface Call {
  readonly kind: 'agent' | 'tool'
  readonly definition: AnyAgent | Tool
  /** The input as the schema parsed it. */
  readonly input: unknown
  /** The context that the agent or tool is given. */
  readonly ctx: RunContext
}

/** What a call came to. */
export type Outcome =
  | { readonly status: 'succeeded'; readonly durationMs: number }
  | {
      readonly status: 'failed' | 'cancelled'
      readonly durationMs: number
      readonly error: unknown
    }
