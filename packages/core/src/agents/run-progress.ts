import { defineSignal } from '../events/event.js'

/** How far a run is, as one of its agents or tools told. */
export interface RunProgress {
  runId: string
  /** The agent or tool that told, by name. */
  by: string
  /** 0 to 100. */
  percent: number
  /** A line for a person. */
  text: string | undefined
}

/** Told by `ctx.progress`. */
export const runProgress = defineSignal<RunProgress>('run.progress')
