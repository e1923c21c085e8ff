import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A part of an attempt that goes on beside others. It numbers its calls by itself: which part is the faster one
 * changes from attempt to attempt, and the idempotency key of a call must not.
 */
class Branch {
  #calls = 0
  fanOuts = 0

  constructor(
    /** The attempt's signal, which no other has. */
    readonly attempt: AbortSignal,
    readonly path: string,
  ) {}

  place(): string {
    return `${this.path}${++this.#calls}`
  }
}

const current = new AsyncLocalStorage<Branch>()

/** How many times each attempt has branched, outside of its branches. */
const fanOuts = new WeakMap<AbortSignal, number>()

/** The branch of an attempt that the calling code is in; undefined where it is in none. */
export function branchOf(attempt: AbortSignal): Branch | undefined {
  const branch = current.getStore()
  return branch?.attempt === attempt ? branch : undefined
}

/** @returns does work in the branch of that number. */
export function branchOut(attempt: AbortSignal): <Result>(n: number, work: () => Result) => Result {
  const outer = branchOf(attempt)
  const path = `${outer?.path ?? ''}fan${nextFanOut(attempt, outer)}-`
  return (n, work) => current.run(new Branch(attempt, `${path}${n}.`), work)
}

function nextFanOut(attempt: AbortSignal, branch: Branch | undefined): number {
  if (branch) return ++branch.fanOuts
  const nth = (fanOuts.get(attempt) ?? 0) + 1
  fanOuts.set(attempt, nth)
  return nth
}
