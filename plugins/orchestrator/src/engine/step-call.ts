import {
  defineAgent,
  ForgeError,
  reconcilerOf,
  type Agent,
  type ForgeView,
  type Logger,
  type RunContext,
  type Tool,
  type ToolEffect,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { z } from 'zod'
import type { RunRow } from '../journal/run-row.js'
import type { Compensation, Request } from '../replay/request.js'
import type { Performed } from './perform-step.js'
import type { StepAtWork } from './steps-at-work.js'

/** A step that is work: it calls a tool or an agent. */
export type Work = Extract<Request, { kind: 'tool' | 'agent' }> | Compensation

/** An agent that may call an external tool can do what must not be done twice; so it is external itself. */
export const effectOf = (work: Work): ToolEffect => {
  if (work.kind !== 'agent') return work.target.effect
  return work.target.tools.some(({ effect }) => effect === 'external') ? 'external' : 'idempotent'
}

export interface StepCallParts {
  readonly run: ForgeView['run']
  readonly db: Database
  readonly work: Work
  readonly row: RunRow
  readonly atWork: StepAtWork
  readonly signal: AbortSignal
  readonly log: Logger
}

/** How long a step may wait for what the application asks before a call, such as a slot for an agent. */
const ADMISSION_MS = 60_000
const CALLER = 'workflow-step'

const anything = z.unknown()
const succeeded = (output: unknown): Performed => ({ status: 'succeeded', output })

/**
 * The call of a step: a run of an agent whose one call it is, so that all the kernel's rules for runs hold.
 * Its idempotency key comes from run and step, so that it is the same when the step is done again because
 * its process ended before the outcome was in the journal.
 */
export class StepCall {
  /** Whether the tool or agent was called. */
  hasBegun = false
  readonly #key: string

  constructor(private readonly parts: StepCallParts) {
    const { row, atWork } = parts
    this.#key = `${row.id}/${row.generation}/${atWork.name}`
  }

  /** @throws what the tool or agent throws. */
  async make(): Promise<Performed> {
    const { work } = this.parts
    const effect = effectOf(work)
    if (effect === 'read') return succeeded(await this.#call(work.target, work.input))
    const begin = { isFirst: true }
    const output = await this.#call(work.target, work.input, async () => {
      begin.isFirst = await this.#begin()
      return begin.isFirst || effect === 'idempotent'
    })
    return begin.isFirst || effect === 'idempotent' ? succeeded(output) : this.#reconcile()
  }

  /** An earlier attempt has called what must not be called twice, and its process has not told the outcome. */
  async #reconcile(): Promise<Performed> {
    const { work, signal, log } = this.parts
    const reconciler = work.kind === 'agent' ? undefined : reconcilerOf(work.target)
    if (!reconciler) return { status: 'unknown' }
    try {
      // Of the tool's name, and called as it was, so that it has the key of that call.
      return succeeded(await this.#call(reconciler, work.input))
    } catch (error) {
      if (signal.aborted) throw error
      if (error instanceof ForgeError && error.code === 'CALL_NOT_DONE')
        return succeeded(await this.#call(work.target, work.input))
      log.warn({ err: error }, 'what became of a call could not be found out')
      return { status: 'unknown' }
    }
  }

  /** @param before is asked right before the call whether it is to be made. */
  async #call(target: Tool | Agent, input: unknown, before = async () => true): Promise<unknown> {
    const { row, signal, log, atWork } = this.parts
    const isTool = 'effect' in target
    const caller = defineAgent({
      name: CALLER,
      description: 'Does a step of a workflow.',
      input: anything,
      output: anything,
      tools: isTool ? [target] : [],
      timeoutMs: target.timeoutMs + ADMISSION_MS,
      run: async (given: unknown, ctx: RunContext) => {
        atWork.agentRunId = ctx.runId
        if (!(await before())) return undefined
        this.hasBegun = true
        return isTool ? ctx.tool(target, given) : ctx.run(target, given)
      },
    })
    return this.parts.run(caller, input, {
      ...(row.user_id === null ? {} : { principal: { userId: row.user_id } }),
      signal,
      idempotencyKey: this.#key,
      log,
    })
  }

  /** Writes down that an effect is about to happen. False where that was written down before. */
  async #begin(): Promise<boolean> {
    const { db, row, atWork } = this.parts
    const rows = await db.query(
      `UPDATE workflow_steps SET begun_at = clock_timestamp()
       WHERE run_id = $1 AND generation = $2 AND name = $3 AND begun_at IS NULL RETURNING name`,
      [row.id, row.generation, atWork.name],
    )
    return rows.length === 1
  }
}
