/** How long a batch should take, in milliseconds: long enough to share a commit, short for whoever waits. */
const TARGET_MS = 50
const LARGEST = 250

/** How many short handlers share a transaction: more while they are quick, fewer when they are not. */
export class BatchSize {
  size = 8

  /** @param ms what the batch took. */
  note(handled: number, ms: number): void {
    if (ms > TARGET_MS) this.size = Math.max(1, Math.floor(handled / 2))
    else if (handled === this.size) this.size = Math.min(LARGEST, this.size * 2)
  }
}
