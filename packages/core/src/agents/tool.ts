import { CoreErrors } from '../errors/core-errors.js'
import { refuseBadPrice } from '../money/amount.js'
import { given } from '../validation/given.js'
import { refuseNoDefinition } from '../validation/refuse-no-definition.js'
import type { AnySchema, InputOf, OutputOf, Schema } from '../validation/schema.js'
import { frozen } from './frozen.js'
import { refuseBadLimit } from './limit.js'
import { refuseUncallable } from './refuse-uncallable.js'
import type { RunContext } from './run-context.js'

/**
 * What a tool does to the world, and so when it may be tried again: a `read` freely, an `idempotent` one
 * with the same `ctx.idempotencyKey`, an `external` one never, unless its `reconcile` says that nothing was
 * done.
 *
 * @example
 * const safeToRepeat = (effect: ToolEffect) => effect !== 'external'
 * safeToRepeat('read') // true
 */
export type ToolEffect = 'read' | 'idempotent' | 'external'

const EFFECTS: readonly ToolEffect[] = ['read', 'idempotent', 'external']

/**
 * What the `reconcile` of a tool has found out about an earlier call: that it was done, and what it came to;
 * or that it was not, and will not be any more.
 *
 * @example
 * const found: Reconciliation<{ id: string }> = { done: true, output: { id: 'order 7' } }
 */
export type Reconciliation<Output> =
  { readonly done: true; readonly output: Output } | { readonly done: false }

/**
 * Something an agent can do. Callers see `Input` and `Output`; `Parsed` is what the input's schema makes
 * of the input, and what `run` is given.
 *
 * @example
 * const double: Tool<number, number> = defineTool({
 *   name: 'double', description: 'Doubles.', effect: 'read', input: z.number(), output: z.number(),
 *   run: (n: number) => 2 * n,
 * })
 * double.timeoutMs // 30000
 */
export interface Tool<Input = unknown, Output = unknown, Parsed = unknown> {
  readonly name: string
  readonly description: string
  readonly input: Schema<Parsed, Input>
  readonly output: Schema<Output>
  readonly effect: ToolEffect
  /** Milliseconds. */
  readonly timeoutMs: number
  /** The features that a customer must have paid for. */
  readonly requires: readonly string[]
  /** What a call costs, in millionths of the currency's main unit. */
  readonly price: number
  run(input: Parsed, ctx: RunContext): unknown
  /** Finds out what became of an earlier call; see {@link ToolDefinition}. */
  reconcile?(
    input: Parsed,
    ctx: RunContext,
  ): Promise<Reconciliation<unknown>> | Reconciliation<unknown>
}

/**
 * What {@link defineTool} makes a tool of.
 *
 * @example
 * const count = z.number()
 * const double: ToolDefinition<typeof count, typeof count> = {
 *   name: 'double', description: 'Doubles.', effect: 'read', input: count, output: count, price: 500,
 *   run: (n) => 2 * n,
 * }
 * defineTool(double).price // 500
 */
export interface ToolDefinition<In extends AnySchema, Out extends AnySchema> {
  /** snake_case, as models know it. */
  name: string
  description: string
  input: In
  output: Out
  effect: ToolEffect
  /** Milliseconds; 30,000 if left out. */
  timeoutMs?: number
  /** The features that a customer must have paid for; none if left out. */
  requires?: readonly string[]
  /** What a call costs, in millionths of the currency's main unit; nothing if left out. */
  price?: number
  run(input: OutputOf<In>, ctx: RunContext): Promise<InputOf<Out>> | InputOf<Out>
  /**
   * For an `external` tool: finds out, by `ctx.idempotencyKey`, what became of a call whose outcome nobody
   * knows, since it failed, ran out of time or its process died. It must change nothing. Where it cannot
   * tell yet, as when the call may still be under way, it throws; then nothing is tried again.
   */
  reconcile?(
    input: OutputOf<In>,
    ctx: RunContext,
  ): Promise<Reconciliation<InputOf<Out>>> | Reconciliation<InputOf<Out>>
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
 * const adder = defineAgent({
 *   name: 'adder', description: 'Adds one.', input: z.number(), output: z.number(), tools: [add],
 *   run: (n, ctx) => ctx.tool(add, { a: n, b: 1 }),
 * })
 * await createForge({ plugins: [] }).run(adder, 2) // 3
 * @throws DEFINITION_INVALID where the name, the effect, the time limit, the price, a schema or `run` cannot be
 * one, or a tool that is not external has a `reconcile`.
 */
export function defineTool<In extends AnySchema, Out extends AnySchema>(
  definition: ToolDefinition<In, Out>,
): Tool<InputOf<In>, OutputOf<Out>, OutputOf<In>>
export function defineTool(definition: ToolDefinition<Schema, Schema>): Tool {
  refuseNoDefinition('defineTool()', definition)
  const tool = { timeoutMs: 30_000, requires: [], price: 0, ...given(definition) }
  const what = `Tool "${tool.name}"`
  if (!EFFECTS.includes(tool.effect)) {
    const problem = `effect is ${tool.effect}; give one of ${EFFECTS.join(', ')}.`
    throw CoreErrors.DEFINITION_INVALID({ what, problem })
  }
  refuseUncallable(what, tool)
  refuseBadLimit(what, tool.timeoutMs)
  refuseBadPrice(what, tool.price)
  if (tool.reconcile && tool.effect !== 'external') {
    const problem = `it is ${tool.effect}, which may be tried again as it is; leave out reconcile, or make it external.`
    throw CoreErrors.DEFINITION_INVALID({ what, problem })
  }
  return Object.freeze({ ...tool, ...frozen({ requires: tool.requires }) })
}
