/** How long the handlers of a batch should take, in milliseconds: short for whoever waits. */
const TARGET_MS = 100
const LARGEST = 500

/**
 * How many short handlers share a transaction: more while they are quick, fewer when they are not. Only the
 * handlers count: where it is the commit that takes long, it is worth sharing all the more.
 */
export class BatchSize {
  size = 1

  /** @param ms what the handlers took. */
  note(handled: number, ms: number): void {
    const fitting = Math.max(1, Math.floor((handled * TARGET_MS) / ms))
    if (ms > TARGET_MS) this.size = fitting
    // What was not full says nothing about larger ones.
    else if (handled === this.size) this.size = Math.min(fitting, this.size * 2, LARGEST)
  }
}
