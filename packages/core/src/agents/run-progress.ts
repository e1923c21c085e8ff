import { defineSignal } from '../events/event.js'

/**
 * How far a run is, as one of its agents or tools told.
 *
 * @example
 * const line = ({ by, percent, text }: RunProgress) => `${by}: ${percent} % ${text ?? ''}`
 * line({ runId: 'r1', by: 'reader', percent: 10, text: 'fetching' }) // 'reader: 10 % fetching'
 */
export interface RunProgress {
  runId: string
  /** The agent or tool that told, by name. */
  by: string
  /** 0 to 100. */
  percent: number
  /** A line for a person. */
  text: string | undefined
}

/**
 * Told by `ctx.progress`.
 *
 * @example
 * const heard: string[] = []
 * const forge = createForge({ plugins: [] })
 * forge.get(EventBus).listen(runProgress, ({ by, percent }) => void heard.push(`${by} ${percent} %`))
 * const worker = defineAgent({
 *   name: 'worker', description: 'Works.', input: z.null(), output: z.null(),
 *   run: (_, ctx) => (ctx.progress(50), null),
 * })
 * await forge.run(worker, null)
 * heard // ['worker 50 %']
 */
export const runProgress = defineSignal<RunProgress>('run.progress')
