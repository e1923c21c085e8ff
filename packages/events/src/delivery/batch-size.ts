/** How long a batch should take, in milliseconds: long enough to share a commit, short for whoever waits. */
const TARGET_MS = 100
const LARGEST = 500

/** How many short handlers share a transaction: more while they are quick, fewer when they are not. */
export class BatchSize {
  size = 1

  /** @param ms what the batch took. */
  note(handled: number, ms: number): void {
    const fitting = Math.max(1, Math.floor((handled * TARGET_MS) / ms))
    if (ms > TARGET_MS) this.size = fitting
    // What was not full says nothing about larger ones.
    else if (handled === this.size) this.size = Math.min(fitting, this.size * 2, LARGEST)
  }
}
