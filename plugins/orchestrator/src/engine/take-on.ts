import {
  on,
  RetryLater,
  type DeliveryContext,
  type EventType,
  type HandlerContext,
  type Subscription,
} from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import { runWoken } from '../events.js'
import { readRun, readSteps } from '../journal/read.js'
import { isOver, type Failure, type RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'
import { replay } from '../replay/replay.js'
import { failureOf } from '../replay/step-error.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { advance } from './advance.js'
import { arrivalOf, type Arrival } from './arrival.js'
import { changeIn } from './change-run.js'
import type { Engine } from './engine.js'
import { Outcomes } from './outcomes.js'
import { performStep, type Performed, type StepPerformer } from './perform-step.js'
import type { Work } from './step-call.js'
import { unpaidBeginning } from './unpaid-beginning.js'
import { settleStep } from './settle-step.js'
import { missing, settleVersion } from './settle-version.js'

type Woken = typeof runWoken extends EventType<infer Payload> ? Payload : never

/** What was done outside of the transaction. */
interface Prepared {
  /** Undefined where no process knows the run's version of it any more. */
  workflow: AnyWorkflow | undefined
  performed?: Performed | undefined
  arrival?: Arrival | undefined
  limit: number
  /** Why the run does not even begin. */
  refusal?: Failure | undefined
  /** Deliveries before this one, where there were so many that another will not help. */
  attempts?: number
}

// Longer than any step may take; what it calls has limits of its own.
const TIMEOUT_SECONDS = 86_400
// How often a step is tried is decided where it is performed: it ends its run, and is no dead letter.
const RETRY = { limit: 1000, maxSeconds: 60 }
const MOST_ATTEMPTS = 50
const PAUSE_SECONDS = 5

/**
 * Takes runs on. One delivery does one step; its commit has the outcome in the journal, replays the workflow
 * and has the next steps delivered, all or nothing. So whichever process is there goes on with a run, and a
 * run that waits needs none.
 */
export function takeOn(engine: Engine, performer: StepPerformer): Subscription {
  const outcomes = new Outcomes()
  return on(
    runWoken,
    'orchestrator.runs',
    {
      prepare: (ctx) => prepare(engine, performer, outcomes, ctx),
      async commit(ctx, prepared) {
        await commit(ctx, prepared)
        ctx.tx.onCommit(() => outcomes.forget(ctx.event.id))
      },
    },
    {
      concurrency: engine.config.concurrency,
      timeoutSeconds: TIMEOUT_SECONDS,
      retry: { ...RETRY, baseSeconds: engine.config.retryBaseSeconds },
    },
  )
}

async function prepare(
  engine: Engine,
  performer: StepPerformer,
  outcomes: Outcomes,
  ctx: DeliveryContext<Woken>,
): Promise<Prepared | undefined> {
  const { runId, userId, generation, step: name, eventId } = ctx.payload
  const run = await readRun(engine.db, runId)
  if (!run || isOver(run) || run.generation !== generation) return undefined
  const steps = await readSteps(engine.db, run)
  const step = steps.find((one) => one.name === name)
  const workflow = engine.catalogue.of(run)
  if (!workflow) {
    bePatient(engine, run, Math.max(ctx.event.occurredAt.getTime(), step?.due_at?.getTime() ?? 0))
    return { workflow, limit: await engine.limitOf(userId) }
  }
  if (ctx.attempt > MOST_ATTEMPTS)
    return { workflow, attempts: ctx.attempt - 1, limit: await engine.limitOf(userId) }
  const found = step && { run, step, steps, workflow }
  const performed = found && (await perform(performer, outcomes, found, ctx))
  const isNew = steps.length === 0 && run.ending === null
  const refusal = isNew ? await unpaidBeginning(engine.entitlements, run, workflow) : undefined
  const arrival = eventId === null ? undefined : await arrivalOf(engine.db, workflow, eventId)
  return { workflow, performed, arrival, refusal, limit: await engine.limitOf(userId) }
}

async function perform(
  performer: StepPerformer,
  outcomes: Outcomes,
  found: { run: RunRow; step: StepRow; steps: StepRow[]; workflow: AnyWorkflow },
  ctx: DeliveryContext<Woken>,
): Promise<Performed | undefined> {
  const { run, step, steps, workflow } = found
  if (step.status !== 'running') return undefined
  if (run.status === 'queued') throw new RetryLater(PAUSE_SECONDS, 'the run waits for a slot')
  const work = await workOf(workflow, run, steps, step)
  if (!work) return undefined
  return outcomes.of(ctx.event.id, () => performStep(performer, run, step, work, ctx))
}

/** @returns undefined where the code and the journal are at odds, which ends the run in the commit. */
async function workOf(
  workflow: AnyWorkflow,
  run: RunRow,
  steps: readonly StepRow[],
  { name, kind }: StepRow,
): Promise<Work | undefined> {
  try {
    const { asked, compensations } = await replay(workflow, run, steps)
    if (kind === 'compensation') return compensations.find((one) => one.name === name)
    const request = asked.get(name)
    return request?.kind === 'tool' || request?.kind === 'agent' ? request : undefined
  } catch {
    // The commit replays as well, and writes the error down.
    return undefined
  }
}

/** @throws RetryLater while a process that knows the workflow may still come, as in a deploy. */
function bePatient({ config }: Engine, { workflow, version }: RunRow, sinceMs: number): void {
  if (Date.now() - sinceMs > config.patienceSeconds * 1000) return
  const { message } = OrchestratorErrors.WORKFLOW_ELSEWHERE({ workflow, version })
  throw new RetryLater(Math.min(PAUSE_SECONDS, config.patienceSeconds), message)
}

async function commit(
  { tx, publish, log, payload }: HandlerContext<Woken>,
  prepared: Prepared | undefined,
): Promise<void> {
  if (!prepared) return
  const { workflow, attempts, refusal, limit, ...news } = prepared
  const { runId, userId, generation, step } = payload
  await changeIn({ tx, publish, log, runId, userId, limit }, async (run) => {
    const { row } = run
    if (isOver(row) || row.generation !== generation) return
    if (!workflow) return run.breakOff(failureOf(missing(row)))
    if (attempts !== undefined) {
      return run.breakOff(failureOf(OrchestratorErrors.RUN_NOT_TAKEN_ON({ attempts })))
    }
    const unfit = refusal ?? (await settleVersion(run, workflow))
    if (unfit && run.steps.length === 0) {
      row.error = unfit
      return run.finish('failed')
    }
    const hasNews = step !== null && (await settleStep(run, step, news))
    if (row.status === 'waiting' && hasNews) row.status = 'queued'
    if (row.status === 'running' || row.status === 'compensating') await advance(run, workflow)
  })
}
