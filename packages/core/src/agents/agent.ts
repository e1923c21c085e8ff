import { CoreErrors } from '../errors/core-errors.js'
import type { Subscription } from '../events/subscription.js'
import { refuseBadBudget, refuseBadPrice } from '../money/amount.js'
import { given } from '../validation/given.js'
import { problemOfList } from '../validation/misshapen.js'
import { refuseNoDefinition } from '../validation/refuse-no-definition.js'
import type { AnySchema, InputOf, OutputOf, Schema } from '../validation/schema.js'
import { frozen } from './frozen.js'
import { refuseBadLimit } from './limit.js'
import { namesake } from './namesake.js'
import { refuseUncallable } from './refuse-uncallable.js'
import type { RunContext } from './run-context.js'
import type { Tool } from './tool.js'

/**
 * Any agent: one that is called, one that handles events, or both.
 *
 * @example
 * const listening: AnyAgent = defineAgent({ name: 'auditor', description: 'Listens.', on: [] })
 * listening.tools.length // 0
 */
export interface AnyAgent {
  readonly name: string
  readonly description: string
  readonly tools: readonly Tool[]
  readonly on: readonly Subscription[]
}

/**
 * An agent that can be called with an input and answers with an output. Callers see `Input` and `Output`;
 * `Parsed` is what the input's schema makes of the input, and what `run` is given.
 *
 * @example
 * const length: Agent<string, number> = defineAgent({
 *   name: 'length', description: 'Measures.', input: z.string(), output: z.number(),
 *   run: (text: string) => text.length,
 * })
 * length.timeoutMs // 60000
 */
export interface Agent<Input = unknown, Output = unknown, Parsed = unknown> extends AnyAgent {
  readonly input: Schema<Parsed, Input>
  readonly output: Schema<Output>
  /** Milliseconds. */
  readonly timeoutMs: number
  /** The features that a customer must have paid for. */
  readonly requires: readonly string[]
  /** What a call costs beside its tools, in millionths of the currency's main unit. */
  readonly price: number
  /** The most that a call may cost with all that it calls, in millionths; Infinity where nothing bounds it. */
  readonly budget: number
  /** Whether customers may call it themselves. */
  readonly exposed: boolean
  run(input: Parsed, ctx: RunContext): unknown
}

interface CommonDefinition {
  name: string
  description: string
  /** The tools it may call; a call to any other is refused. */
  tools?: readonly Tool[]
  /** The events it handles. */
  on?: readonly Subscription[]
}

/**
 * What {@link defineAgent} makes an agent of.
 *
 * @example
 * const text = z.string()
 * const shout: AgentDefinition<typeof text, typeof text> = {
 *   name: 'shout', description: 'Shouts.', input: text, output: text, timeoutMs: 1_000,
 *   run: (words) => words.toUpperCase(),
 * }
 * await createForge({ plugins: [] }).run(defineAgent(shout), 'hey') // 'HEY'
 */
export interface AgentDefinition<
  In extends AnySchema,
  Out extends AnySchema,
> extends CommonDefinition {
  input: In
  output: Out
  /** Milliseconds; 60,000 if left out. */
  timeoutMs?: number
  /** The features that a customer must have paid for; none if left out. */
  requires?: readonly string[]
  /** What a call costs beside its tools, in millionths of the currency's main unit; nothing if left out. */
  price?: number
  /**
   * The most that a call may cost with its price and all that it calls, in millionths of the currency's main
   * unit; any amount, if left out. What would cost more is refused with BUDGET_EXCEEDED before it is begun.
   */
  budget?: number
  /**
   * Whether customers may call it themselves, as by the API of the orchestrator; no, if left out. Then only
   * code does.
   */
  exposed?: boolean
  run(input: OutputOf<In>, ctx: RunContext): Promise<InputOf<Out>> | InputOf<Out>
}

const DEFAULTS = {
  tools: [],
  on: [],
  timeoutMs: 60_000,
  requires: [],
  price: 0,
  budget: Infinity,
  exposed: false,
}

/**
 * Declares an agent: one that is called (`run`), or one that only handles events (`on`).
 *
 * @example
 * const greeter = defineAgent({
 *   name: 'greeter', description: 'Greets.', input: z.string(), output: z.string(),
 *   run: (name) => `Hello, ${name}.`,
 * })
 * await createForge({ plugins: [] }).run(greeter, 'Ada') // 'Hello, Ada.'
 * @throws DEFINITION_INVALID where the name, the time limit, the price, the budget, a schema, `run` or `exposed`
 * cannot be one, or a tool or a handler is none.
 */
export function defineAgent<In extends AnySchema, Out extends AnySchema>(
  definition: AgentDefinition<In, Out>,
): Agent<InputOf<In>, OutputOf<Out>, OutputOf<In>>
export function defineAgent(definition: CommonDefinition & { run?: never }): AnyAgent
export function defineAgent(definition: CommonDefinition): AnyAgent {
  refuseNoDefinition('defineAgent()', definition)
  const agent = { ...DEFAULTS, ...given(definition) }
  const what = `Agent "${agent.name}"`
  if (isCalled(agent)) refuseUncallable(what, agent)
  refuseBadExposure(what, agent.exposed)
  refuseBadLimit(what, agent.timeoutMs)
  refuseBadPrice(what, agent.price)
  refuseBadBudget(what, agent.budget, agent.price)
  refuseBadList(what, 'tools', agent.tools)
  refuseBadList(what, 'on', agent.on)
  refuseNamesakes(what, agent.tools)
  const { tools, on, requires } = agent
  return Object.freeze({ ...agent, ...frozen({ tools, on, requires }) })
}

/** The others only handle events. */
const isCalled = (agent: object) => ['input', 'output', 'run'].some((key) => key in agent)

/** A text such as "false" would expose it. */
function refuseBadExposure(what: string, exposed: unknown) {
  if (typeof exposed === 'boolean') return
  const problem = `exposed is ${String(exposed)}; give true or false.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}

function refuseBadList(what: string, key: string, list: readonly object[]) {
  const problem = problemOfList(key, list)
  if (problem !== undefined) throw CoreErrors.DEFINITION_INVALID({ what, problem })
}

/** A model calls a tool by its name. */
function refuseNamesakes(what: string, tools: readonly Tool[]) {
  const twice = namesake(tools)
  if (!twice) return
  const problem = `it has two tools called "${twice.name}"; give each its own name.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}
