import { CoreErrors } from '../errors/core-errors.js'
import { ForgeError } from '../errors/errors.js'
import type { Reconciliation, Tool } from './tool.js'

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
 * @throws CALL_NOT_DONE, when it is called, where the earlier call was not done; else what `reconcile` throws, or
 * OUTCOME_UNKNOWN in place of a CALL_NOT_DONE, which is about another call, and of an answer that is none.
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
      const found: unknown = await finding(name, async () => tool.reconcile?.(given, ctx))
      if (!isAnswer(found)) throw CoreErrors.OUTCOME_UNKNOWN({ tool: name, reason: NO_ANSWER })
      if (!found.done) throw CoreErrors.CALL_NOT_DONE({ tool: name })
      return found.output
    },
  } satisfies Tool<Input, Output, Parsed>)
  reconcilers.add(reconciler)
  return reconciler
}

/** That another call was not done, about which `reconcile` may ask in turn, says nothing of this one. */
async function finding<Found>(tool: string, find: () => Promise<Found>): Promise<Found> {
  try {
    return await find()
  } catch (error) {
    if (!(error instanceof ForgeError && error.code === 'CALL_NOT_DONE')) throw error
    throw CoreErrors.OUTCOME_UNKNOWN({ tool, reason: error.message }, { cause: error })
  }
}

const NO_ANSWER =
  'its reconcile answered with neither { done: true, output } nor { done: false }. Return one of these, or throw.'

/** What JavaScript lets through, such as a forgotten `return`, is no leave to do again what may have been done. */
const isAnswer = (found: unknown): found is Reconciliation<unknown> =>
  typeof found === 'object' && found !== null && 'done' in found && typeof found.done === 'boolean'

const reconcilers = new WeakSet<object>()

export const isReconciler = (definition: object) => reconcilers.has(definition)
