import type { Database } from '@titanforge/database'
import { readRun, readSteps } from '../journal/read.js'
import { isOver, type RunRow } from '../journal/run-row.js'
import type { StepRow } from '../journal/step-row.js'
import { presentRun, presentStep } from '../routes/present.js'
import type { RunWatch } from './run-watch.js'

const HEARTBEAT_MS = 15_000

interface Message {
  id?: string
  event: string
  data: unknown
}

/**
 * How a run goes, as server-sent events: `step` when one begins and when it has its outcome, `progress` for
 * a step at work, `run` for the run as a whole. The journal is what is sent, so who comes back with the id
 * of the last message goes on from there, at whichever process.
 *
 * @param after the last message that the client has had.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* runStream(
  db: Database,
  watch: RunWatch,
  runId: string,
  after: MessageId,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let last = after
  let shown: string | undefined
  const told = new Map<string, string>()
  yield 'retry: 1000\n\n'
  while (!signal.aborted) {
    const row = await readRun(db, runId)
    if (!row) return
    // Read after the run, they may be ahead of it; what is new is sent with the next look.
    const steps = (await readSteps(db, row)).filter(({ asked }) => asked <= row.clock)
    for (const message of stepMessages(row, steps, last)) yield frame(message)
    last = { generation: row.generation, clock: row.clock }
    for (const message of progressMessages(steps, told)) yield frame(message)
    const run = JSON.stringify(presentRun(row))
    if (run !== shown) yield frame({ id: formatId(last), event: 'run', data: presentRun(row) })
    shown = run
    if (isOver(row)) return
    const pause = AbortSignal.timeout(HEARTBEAT_MS)
    await watch.changed(runId, row.revision, AbortSignal.any([signal, pause]))
    if (pause.aborted) yield ': still here\n\n'
  }
}

/** A place in a run's journal. */
export interface MessageId {
  generation: number
  clock: number
}

export const formatId = ({ generation, clock }: MessageId): string => `${generation}.${clock}`

/** The place that a `Last-Event-ID` names; the beginning, where it names none. */
export function parseId(text: string): MessageId {
  const [, generation = 0, clock = -1] = /^(\d{1,9})\.(\d{1,9})$/.exec(text) ?? []
  return { generation: Number(generation), clock: Number(clock) }
}

function stepMessages(row: RunRow, steps: readonly StepRow[], last: MessageId): Message[] {
  const { generation } = row
  const seen = last.generation === generation ? last.clock : -1
  const moments = steps.flatMap((step) => {
    const begun: StepRow = {
      ...step,
      status: 'running',
      completed: null,
      completed_at: null,
      error: null,
    }
    const started = step.completed === null ? step : begun
    return [
      { clock: step.asked, step: started },
      ...(step.completed === null ? [] : [{ clock: step.completed, step }]),
    ]
  })
  return moments
    .filter(({ clock }) => clock > seen && clock <= row.clock)
    .sort((a, b) => a.clock - b.clock)
    .map(({ clock, step }) => ({
      id: formatId({ generation, clock }),
      event: 'step',
      data: presentStep(step),
    }))
}

function progressMessages(steps: readonly StepRow[], told: Map<string, string>): Message[] {
  return steps
    .filter(({ status, progress }) => status === 'running' && progress !== null)
    .flatMap(({ name, progress, progress_text: text }) => {
      const data = { step: name, progress, text }
      const content = JSON.stringify(data)
      if (told.get(name) === content) return []
      told.set(name, content)
      return [{ event: 'progress', data }]
    })
}

const frame = ({ id, event, data }: Message) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
