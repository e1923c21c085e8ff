import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A part of a step that goes on beside others. It numbers its calls by itself: which part is the faster one
 * changes from attempt to attempt, and the idempotency key of a call must not.
 */
class Branch {
  #calls = 0
  fanOuts = 0

  constructor(
    /** The signal of the step, which no other step has. */
    readonly step: AbortSignal,
    readonly path: string,
  ) {}

  place(): string {
    return `${this.path}${++this.#calls}`
  }
}

const current = new AsyncLocalStorage<Branch>()

/** How many times each step has branched, outside of its branches. */
const fanOuts = new WeakMap<AbortSignal, number>()

/** The branch of a step that the calling code is in; undefined where the step has not branched. */
export function branchOf(step: AbortSignal): Branch | undefined {
  const branch = current.getStore()
  return branch?.step === step ? branch : undefined
}

/** To be called when a step is tried again, which branches as it did before. */
export function forgetBranches(step: AbortSignal): void {
  fanOuts.delete(step)
}

/** @returns does work in the branch of that number. */
export function branchOut(step: AbortSignal): <Result>(n: number, work: () => Result) => Result {
  const outer = branchOf(step)
  const path = `${outer?.path ?? ''}fan${nextFanOut(step, outer)}-`
  return (n, work) => current.run(new Branch(step, `${path}${n}.`), work)
}

function nextFanOut(step: AbortSignal, branch: Branch | undefined): number {
  if (branch) return ++branch.fanOuts
  const nth = (fanOuts.get(step) ?? 0) + 1
  fanOuts.set(step, nth)
  return nth
}
