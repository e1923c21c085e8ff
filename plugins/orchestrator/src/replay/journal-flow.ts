import { OrchestratorErrors } from '../errors.js'
import type { RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'
import { storedValue } from '../journal/stored-value.js'
import type { Flow } from '../workflow/flow.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { refuseBadName } from './refuse-bad-name.js'
import { targetOf, type Compensation, type Request } from './request.js'
import { errorOf } from './step-error.js'

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

const ignore = () => undefined

/** A workflow's steps, which are answered from its journal. It does nothing but note what is asked for. */
export class JournalFlow {
  readonly asked = new Map<string, Request>()
  readonly compensations: Compensation[] = []
  progress: { percent: number; text: string | undefined } | undefined
  /** A step that the journal has as another one. */
  mismatch: string | undefined
  readonly flow: Flow
  readonly #waiting = new Map<string, Waiting>()
  readonly #recorded: ReadonlyMap<string, StepRow>
  #isClosed = false

  constructor(
    private readonly workflow: AnyWorkflow,
    private readonly run: RunRow,
    steps: readonly StepRow[],
  ) {
    this.#recorded = new Map(steps.map((step) => [step.name, step]))
    this.flow = this.#flow()
  }

  /** Whether some step has no outcome yet. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Answers a step. False where nobody has asked for it. */
  settle(step: StepRow): boolean {
    const waiting = this.#waiting.get(step.name)
    if (!waiting) return false
    this.#waiting.delete(step.name)
    if (step.status === 'failed') waiting.reject(errorOf(step))
    else waiting.resolve(step.output)
    return true
  }

  /** Notes nothing any more: what the function does from now on is no part of the run. */
  close(): void {
    this.#isClosed = true
  }

  // The outcome is what the step's schema made and the journal kept, so the types hold.
  #flow(): Flow {
    const { id: runId, user_id: userId } = this.run
    return {
      runId,
      principal: userId === null ? undefined : { userId },
      tool: (name, tool, input) => this.#ask({ kind: 'tool', name, target: tool, input }),
      agent: (name, agent, input) => this.#ask({ kind: 'agent', name, target: agent, input }),
      sleep: async (name, seconds) => void (await this.#ask({ kind: 'timer', name, seconds })),
      waitForEvent: (name, event, wait) => {
        if (!this.workflow.events.includes(event)) {
          const problem = `it waits for "${event.name}", which it does not list under \`events\`.`
          throw OrchestratorErrors.WORKFLOW_INVALID({ workflow: this.workflow.name, problem })
        }
        return this.#ask({ kind: 'event', name, target: event, wait })
      },
      waitForPerson: (name, wait) => this.#ask({ kind: 'person', name, wait: wait }),
      parallel,
      compensate: (name, tool, input) => {
        if (this.#isClosed) return
        this.#refuseName(name)
        storedValue(input, `The input of "${name}"`)
        this.compensations.push({ kind: 'compensation', name, target: tool, input })
      },
      progress: (percent, text) => {
        if (!this.#isClosed) this.progress = { percent, text }
      },
    }
  }

  #ask<Answer>(request: Request): Promise<Answer> {
    const { name, kind } = request
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    // A step that is not awaited is no unhandled rejection.
    promise.catch(ignore)
    if (!this.#isClosed) {
      this.#refuseName(name)
      const recorded = this.#recorded.get(name)
      if (recorded && (recorded.kind !== kind || recorded.target !== targetOf(request)))
        this.mismatch ??= name
      this.asked.set(name, request)
      this.#waiting.set(name, { resolve, reject })
    }
    return promise as Promise<Answer>
  }

  #refuseName(name: string): void {
    refuseBadName(name)
    const isTaken = this.asked.has(name) || this.compensations.some((one) => one.name === name)
    if (isTaken) throw OrchestratorErrors.STEP_REPEATED({ step: name })
  }
}

const parallel: Flow['parallel'] = async (branches) => {
  const settled = await Promise.allSettled(branches)
  const failure = settled.find((branch) => branch.status === 'rejected')
  if (failure) throw failure.reason
  return settled.map((branch) => (branch as PromiseFulfilledResult<unknown>).value) as never
}
