import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Subscription } from '../events/subscription.js'
import type { RunContext } from './run-context.js'
import type { Schema } from '../schema.js'
import type { Tool } from './tool.js'

/** Any agent: one that is called, one that handles events, or both. */
export interface AnyAgent {
  readonly name: string
  readonly description: string
  readonly tools: readonly Tool[]
  readonly on: readonly Subscription[]
}

/** An agent that can be called with an input and answers with an output. */
export interface Agent<Input = unknown, Output = unknown> extends AnyAgent {
  readonly input: Schema<Input>
  readonly output: Schema<Output>
  /** Milliseconds. */
  readonly timeoutMs: number
  run(input: Input, ctx: RunContext): Promise<Output> | Output
}

interface CommonDefinition {
  name: string
  description: string
  /** The tools it may call; a call to any other is refused. */
  tools?: readonly Tool[]
  /** The events it handles. */
  on?: readonly Subscription[]
}

export interface AgentDefinition<In extends Schema, Out extends Schema> extends CommonDefinition {
  input: In
  output: Out
  /** Milliseconds; 60,000 if left out. */
  timeoutMs?: number
  run(
    input: StandardSchemaV1.InferOutput<In>,
    ctx: RunContext,
  ): Promise<StandardSchemaV1.InferOutput<Out>> | StandardSchemaV1.InferOutput<Out>
}

/**
 * Declares an agent: one that is called (`run`), or one that only handles events (`on`).
 *
 * @example
 * const greeter = defineAgent({
 *   name: 'greeter', description: 'Greets.', input: z.string(), output: z.string(),
 *   run: (name) => `Hello, ${name}.`,
 * })
 */
export function defineAgent<In extends Schema, Out extends Schema>(
  definition: AgentDefinition<In, Out>,
): Agent<StandardSchemaV1.InferOutput<In>, StandardSchemaV1.InferOutput<Out>>
export function defineAgent(definition: CommonDefinition & { run?: never }): AnyAgent
export function defineAgent(definition: CommonDefinition): AnyAgent {
  return Object.freeze({ tools: [], on: [], timeoutMs: 60_000, ...definition })
}
