import { CoreErrors } from '../errors/core-errors.js'
import type { Bounds } from './bounds.js'

/** The runs of an application that have not ended yet. */
export class UnderWay {
  readonly #runs = new Set<Bounds>()
  #tellLast: (() => void) | undefined

  add(run: Bounds): void {
    this.#runs.add(run)
  }

  delete(run: Bounds): void {
    if (this.#runs.delete(run) && this.#runs.size === 0) this.#tellLast?.()
  }

  /** Resolves when all have ended; those that have not after `patienceMs` are cancelled then. */
  async end(patienceMs: number): Promise<void> {
    if (this.#runs.size === 0) return
    const timer = setTimeout(() => this.#cancel(), patienceMs)
    await new Promise<void>((resolve) => (this.#tellLast = resolve))
    clearTimeout(timer)
  }

  #cancel(): void {
    const cause = CoreErrors.FORGE_STATE({ action: 'go on with a run', state: 'stopped' })
    for (const run of this.#runs) run.cancel(cause)
  }
}
