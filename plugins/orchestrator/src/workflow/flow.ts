import type { Agent, EventType, OutputOf, Principal, Schema, Tool } from '@titanforge/core'
import type { Stored } from './stored.js'

export interface EventWait {
  /** The key of the event that is waited for. */
  key: string
  /** Seconds after which the step fails with WAIT_TIMED_OUT; for ever, if left out. */
  timeoutSeconds?: number
}

export interface PersonWait<Answer extends Schema> {
  /** What the person is asked; a line of text. */
  question: string
  /** What is an answer; anything else is refused when it is given. */
  answer: Answer
  /** Who answers: the customer whose run it is, or one of the application's superusers; `customer` if left out. */
  by?: 'customer' | 'operator'
  /** Seconds after which the step fails with WAIT_TIMED_OUT; for ever, if left out. */
  timeoutSeconds?: number
}

/**
 * The steps of a workflow. Each has a name, unique in the run, under which the journal keeps it: what has
 * been done is not done again when the run goes on, in this process or another. A step that fails rejects
 * with a `ForgeError` whose `code` is that of what failed.
 *
 * Between steps, the code must come to the same each time: no clock, no chance, no I/O, and nothing awaited
 * but steps.
 */
export interface Flow {
  readonly runId: string
  /** For whom the run is done; undefined for the application's own work. */
  readonly principal: Principal | undefined
  /**
   * Calls a tool. What became of a call whose process ended before it could say, an `external` tool finds out
   * by its `reconcile`; without one, a person decides.
   */
  tool<Input, Output>(
    name: string,
    tool: Tool<Input, Output>,
    input: NoInfer<Input>,
  ): Promise<Stored<Output>>
  /** Runs an agent. */
  agent<Input, Output>(
    name: string,
    agent: Agent<Input, Output>,
    input: NoInfer<Input>,
  ): Promise<Stored<Output>>
  /**
   * Waits for all branches, which go on side by side; then rejects with the first failure in their order,
   * if there was one.
   */
  parallel<const Branches extends readonly Promise<unknown>[]>(
    branches: Branches,
  ): Promise<{ -readonly [Index in keyof Branches]: Awaited<Branches[Index]> }>
  /** Goes on after that many seconds. No process waits meanwhile. */
  sleep(name: string, seconds: number): Promise<void>
  /**
   * Waits for an event that is published after the run was started, also before this step was reached. An
   * event counts for one step of a run.
   *
   * @throws WORKFLOW_INVALID where the workflow does not list the event.
   */
  waitForEvent<Payload>(
    name: string,
    event: EventType<Payload>,
    wait: EventWait,
  ): Promise<Stored<Payload>>
  /** Waits for a person's answer. */
  waitForPerson<Answer extends Schema>(
    name: string,
    wait: PersonWait<Answer>,
  ): Promise<Stored<OutputOf<Answer>>>
  /**
   * Says how to undo what has been done so far. When the run fails or is cancelled, the tools named so are
   * called, the last one first.
   */
  compensate<Input>(name: string, tool: Tool<Input>, input: NoInfer<Input>): void
  /**
   * Tells whoever watches how far the run is.
   *
   * @param percent 0 to 100.
   */
  progress(percent: number, text?: string): void
}
