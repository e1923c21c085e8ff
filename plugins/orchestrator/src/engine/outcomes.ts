import type { Performed } from './perform-step.js'

/** Far more than a process has at work at once. */
const MOST = 1000

/**
 * What steps came to in this process and is not in the journal yet. When the database could not take it,
 * the step is delivered again; then it need not be done again.
 */
export class Outcomes {
  readonly #known = new Map<string, Performed>()

  /**
   * The outcome of a step: the one that is known, or that of the work.
   *
   * @param key the delivery's.
   */
  async of(key: string, work: () => Promise<Performed>): Promise<Performed> {
    const performed = this.#known.get(key) ?? (await work())
    this.#known.set(key, performed)
    // The oldest is one that another process has taken over.
    if (this.#known.size > MOST) this.forget(this.#known.keys().next().value ?? key)
    return performed
  }

  /** To be called when the outcome is in the journal. */
  forget(key: string): void {
    this.#known.delete(key)
  }
}
