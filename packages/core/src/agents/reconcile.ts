import { CoreErrors } from '../core-errors.js'
import { ForgeError } from '../errors.js'
import { Bounds } from './bounds.js'
import { isFinal, pauseAfter, RETRIES } from './retry.js'
import type { Step } from './step.js'
import type { Tool } from './tool.js'

/**
 * A tool that finds out what became of an earlier call of another, made with the same idempotency key, and
 * answers with its output. Where the call was done, it is paid for now, if it was not before. For whoever
 * makes calls that outlive their process, as workflows do; inside of a run the kernel asks by itself.
 *
 * @example
 * const text = z.string()
 * const order = defineTool({
 *   name: 'order', description: 'Orders.', effect: 'external', input: text, output: text,
 *   run: (what) => `ordered ${what}`,
 *   reconcile: (what) => (what === 'hat' ? { done: true, output: 'ordered hat' } : { done: false }),
 * })
 * const finder = reconcilerOf(order)
 * finder?.effect // 'read'
 * @returns undefined where the tool has no `reconcile`.
 * @throws CALL_NOT_DONE, when it is called, where the earlier call was not done.
 */
export function reconcilerOf<Input, Output, Parsed>(
  tool: Tool<Input, Output, Parsed>,
): Tool<Input, Output, Parsed> | undefined {
  if (!tool.reconcile) return undefined
  const { name, description, input, output, timeoutMs, price } = tool
  const reconciler = Object.freeze({
    name,
    description,
    input,
    output,
    timeoutMs,
    price,
    effect: 'read' as const,
    // Whoever may not make the call any more still learns what became of it.
    requires: Object.freeze([]),
    async run(given, ctx) {
      const found = await tool.reconcile?.(given, ctx)
      if (!found?.done) throw CoreErrors.CALL_NOT_DONE({ tool: name })
      return found.output
    },
  } satisfies Tool<Input, Output, Parsed>)
  reconcilers.add(reconciler)
  return reconciler
}

const reconcilers = new WeakSet<object>()

export const isReconciler = (definition: object) => reconcilers.has(definition)

type Make = <Output>(step: Step<Output>, input: unknown) => Promise<Output>

/**
 * Makes the call of an external tool that can be reconciled. Where it fails, out of time or otherwise, the
 * tool is asked whether it was done, and called again only where it was not. Each of these is a call of its
 * own, with its own time limit and its own reservation, and passes all interceptors. A call that these have
 * not let through was not made, so nobody is asked.
 *
 * @throws the failure of the call, where it was not done in the end or nobody knows.
 */
export async function callReconciled<Output>(
  make: Make,
  step: Step<Output>,
  reconciler: Tool<unknown, Output>,
  input: unknown,
): Promise<Output> {
  const { name } = step.definition
  const { log } = step.run
  // Around all attempts, so that the caller has them ended, and waits for them, in the pauses too.
  const bounds = new Bounds(step, undefined, step.outer)
  const passage = { hasPassed: false }
  const call = { ...step, outer: bounds, passage }
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await make(call, input)
      } catch (error) {
        if (isFinal(error) || !passage.hasPassed) throw error
        try {
          return await make({ ...call, definition: reconciler }, input)
        } catch (answer) {
          if (!isNotDone(answer)) {
            log.warn({ err: answer, tool: name }, 'what became of a failed call is not known')
            throw error
          }
        }
        if (attempt >= RETRIES) throw error
        log.warn({ err: error, tool: name, attempt }, 'a tool failed and did nothing; trying again')
        await pauseAfter(attempt, bounds.around.signal)
      }
    }
  } finally {
    bounds.close()
  }
}

const isNotDone = (error: unknown) => error instanceof ForgeError && error.code === 'CALL_NOT_DONE'
