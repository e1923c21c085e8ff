import type { Call, Observer, Outcome } from '@titanforge/core'

/** How often an agent or a tool was called, in this process since it started. */
export interface CallCount {
  kind: Call['kind']
  name: string
  /** Calls that are under way. */
  running: number
  /** Calls that are over, those that failed included. */
  ended: number
  failed: number
}

/** Counts the calls of agents and tools. */
export class CallCounts implements Observer {
  /** Calls are counted from then on. */
  readonly since = new Date()
  readonly #counts = new Map<string, CallCount>()

  started(call: Call): void {
    this.#of(call).running += 1
  }

  ended(call: Call, { status }: Outcome): void {
    const count = this.#of(call)
    count.running -= 1
    count.ended += 1
    if (status === 'failed') count.failed += 1
  }

  list(): CallCount[] {
    return [...this.#counts.values()]
  }

  #of({ kind, definition: { name } }: Call): CallCount {
    const key = `${kind} ${name}`
    const count = this.#counts.get(key) ?? { kind, name, running: 0, ended: 0, failed: 0 }
    this.#counts.set(key, count)
    return count
  }
}
