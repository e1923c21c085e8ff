import { ForgeError } from '../errors/errors.js'
import { Begun } from './begun.js'
import type { Caller } from './caller.js'
import type { Prefixes } from './callers.js'
import type { Make } from './compose-interceptors.js'
import { promised } from './promised.js'
import { refuseRepeated } from './refuse-repeated.js'
import { isFinal, pauseAfter, RETRIES } from './retry.js'
import type { Step } from './step.js'
import type { Tool } from './tool.js'

/**
 * Makes the call of an external tool that can be reconciled. Where an attempt fails, out of time or otherwise,
 * the tool is asked whether it was done, and tried again only where it was not. Attempts and questions have
 * each a time limit of their own. They are all one call: whoever stands before it is passed once.
 *
 * @param make makes an attempt.
 * @throws CALL_REPEATED where an interceptor begins it again; the failure of the last attempt, where the call
 * was not done in the end or nobody knows; what the ledger throws where it sets nothing aside.
 */
export async function attemptReconciled(
  call: Begun,
  reconciler: Tool,
  make: Make,
): Promise<unknown> {
  const { definition, bounds, budget, step } = call
  const { name: tool } = definition
  const { log } = step.run
  const price = definition.price > 0 ? budget.price : undefined
  refuseRepeated(call)
  const caller = bounds.enter()
  try {
    await bounds.leftBehind()
    for (let attempt = 0; ; attempt++) {
      bounds.limit(step.timeoutMs)
      // Until it is known what became of the attempt, it may have to be paid.
      await price?.hold(bounds)
      try {
        bounds.throwIfOver(caller)
        bounds.limit(undefined)
        try {
          return await within(call, caller, definition, make, ATTEMPT)
        } catch (error) {
          if (isFinal(error) && !saysNothing(error)) throw error
          try {
            return await within(call, caller, reconciler, make, questionAfter(attempt))
          } catch (answer) {
            if (!isNotDone(answer)) {
              log.warn({ err: answer, tool }, 'what became of a failed call is not known')
              throw error
            }
            call.effect = undefined
          }
          if (attempt >= RETRIES || isFinal(error)) throw error
          log.warn({ err: error, tool, attempt }, 'a tool failed and did nothing; trying again')
        }
      } finally {
        price?.letGo()
      }
      await pauseAfter(attempt, caller.signal)
    }
  } finally {
    if (!bounds.isOver(caller)) bounds.limit(step.timeoutMs)
  }
}

/** Each time the same: what an attempt calls and spends is the same when it is made again. */
const ATTEMPT = { code: '', around: 'attempt-' }

/** Another each time, since each has an answer of its own. */
function questionAfter(attempt: number): Prefixes {
  const code = `question${attempt + 1}-`
  return { code, around: `${code}around-` }
}

/** Makes an attempt, or asks a question, in bounds of its own. */
async function within(
  call: Begun,
  caller: Caller,
  definition: Step['definition'],
  make: Make,
  prefixes: Prefixes,
): Promise<unknown> {
  call.bounds.throwIfOver(caller)
  const step = { ...call.step, definition, caller, outer: call.bounds }
  const inner = new Begun(step, call.input, call, prefixes)
  const { bounds } = inner
  const made = promised(async () => {
    // What the one before has left goes before the same is set aside again.
    await call.budgetInUse?.enter()
    return make(inner)
  })
  const [settled] = await Promise.allSettled([bounds.patience(made)])
  await bounds.endCalls()
  bounds.close()
  bounds.throwIfAborted()
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

/** These are final, and say nothing of whether the tool has done its work. */
const saysNothing = (error: unknown) =>
  error instanceof ForgeError && ['CALL_REPEATED', 'OUTPUT_INVALID'].includes(error.code)

const isNotDone = (error: unknown) => error instanceof ForgeError && error.code === 'CALL_NOT_DONE'
