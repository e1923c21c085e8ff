import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { RunContext } from './run-context.js'
import type { Schema } from '../schema.js'

/**
 * What a tool does to the world, and so when it may be tried again: a `read` freely, an `idempotent` one
 * with the same `ctx.idempotencyKey`, an `external` one never.
 */
export type ToolEffect = 'read' | 'idempotent' | 'external'

/** Something an agent can do. */
export interface Tool<Input = unknown, Output = unknown> {
  readonly name: string
  readonly description: string
  readonly input: Schema<Input>
  readonly output: Schema<Output>
  readonly effect: ToolEffect
  /** Milliseconds. */
  readonly timeoutMs: number
  run(input: Input, ctx: RunContext): Promise<Output> | Output
}

export interface ToolDefinition<In extends Schema, Out extends Schema> {
  /** snake_case, as models know it. */
  name: string
  description: string
  input: In
  output: Out
  effect: ToolEffect
  /** Milliseconds; 30,000 if left out. */
  timeoutMs?: number
  run(
    input: StandardSchemaV1.InferOutput<In>,
    ctx: RunContext,
  ): Promise<StandardSchemaV1.InferOutput<Out>> | StandardSchemaV1.InferOutput<Out>
}

/**
 * Declares a tool. Its input and output are checked against the schemas on every call.
 *
 * @example
 * const add = defineTool({
 *   name: 'add', description: 'Adds two numbers.', effect: 'read',
 *   input: z.object({ a: z.number(), b: z.number() }), output: z.number(),
 *   run: ({ a, b }) => a + b,
 * })
 */
export function defineTool<In extends Schema, Out extends Schema>(
  definition: ToolDefinition<In, Out>,
): Tool<StandardSchemaV1.InferOutput<In>, StandardSchemaV1.InferOutput<Out>> {
  return Object.freeze({ timeoutMs: 30_000, ...definition })
}
