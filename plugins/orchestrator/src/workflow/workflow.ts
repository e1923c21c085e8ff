import type { EventType, InputOf, OutputOf, Schema } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import type { Flow } from './flow.js'
import type { Stored } from './stored.js'

export interface Schedule<Input> {
  /** Five cron fields, or six with seconds in front. */
  cron: string
  /** The time zone of the expression, such as `Europe/Zurich`; UTC if left out. */
  timeZone?: string
  input: Input
}

/** A workflow, whatever it takes and gives. */
export interface AnyWorkflow {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly input: Schema
  readonly output: Schema
  readonly requires: readonly string[]
  readonly events: readonly EventType[]
  readonly schedule: Schedule<unknown> | undefined
  run(input: unknown, flow: Flow): Promise<unknown>
}

/** A workflow that is started with `Input` and comes to `Output`. */
export interface Workflow<Input = unknown, Output = unknown> extends AnyWorkflow {
  readonly input: Schema<unknown, Input>
  readonly output: Schema<Output>
}

export interface WorkflowDefinition<In extends Schema, Out extends Schema> {
  /** Lower-case letters, digits and hyphens; durable: runs that are under way are found by it. */
  name: string
  /**
   * Raised when the steps change in a way that a run which is under way could not follow. Contribute the
   * old version too until its runs have ended; a run keeps the version that it was started with.
   */
  version: number
  /** A line for a customer. */
  description: string
  input: In
  output: Out
  /** The features that a customer must have paid for to start it; none if left out. */
  requires?: readonly string[]
  /** The events that its steps wait for. Each needs a key. */
  events?: readonly EventType[]
  /** Starts a run of the application's own again and again. */
  schedule?: Schedule<NoInfer<InputOf<In>>>
  run(input: Stored<OutputOf<In>>, flow: Flow): Promise<InputOf<Out>>
}

/**
 * Declares a workflow, for a plugin's `workflows`. It is a plain function: steps one after another, `if`
 * for a branch, `flow.parallel` for side by side.
 *
 * @example
 * const order = defineWorkflow({
 *   name: 'order', version: 1, description: 'Sells a hat.',
 *   input: z.object({ size: z.number() }), output: z.object({ paid: z.boolean() }),
 *   run: async ({ size }, flow) => {
 *     const { id } = await flow.tool('reserve', reserveHat, { size })
 *     flow.compensate('unreserve', releaseHat, { id })
 *     return { paid: await flow.waitForPerson('pay', { question: 'Pay?', answer: z.boolean() }) }
 *   },
 * })
 * definePlugin({ name: 'shop', setup: () => ({ workflows: [order] }) })
 * @throws WORKFLOW_INVALID
 */
export function defineWorkflow<In extends Schema, Out extends Schema>(
  definition: WorkflowDefinition<In, Out>,
): Workflow<InputOf<In>, OutputOf<Out>> {
  const { name, version, requires = [], events = [], schedule } = definition
  const refuse = (problem: string) => {
    throw OrchestratorErrors.WORKFLOW_INVALID({ workflow: name, problem })
  }
  if (!/^[a-z][a-z0-9-]{0,99}$/.test(name))
    refuse('the name must be lower-case letters, digits and hyphens, 100 at most.')
  if (!Number.isSafeInteger(version) || version < 1)
    refuse(`version is ${version}; give a whole number from 1 on.`)
  for (const event of events) {
    if (!event.key) refuse(`it waits for "${event.name}", which has no key. Give it one.`)
  }
  const lists = { requires: Object.freeze([...requires]), events: Object.freeze([...events]) }
  // The engine hands `run` what the input's schema made and the journal kept, so the types hold.
  return Object.freeze({ ...definition, ...lists, schedule })
}

declare module '@titanforge/core' {
  interface Contributions {
    workflows?: readonly AnyWorkflow[]
  }
}
