import type { Begun } from '../agents/begun.js'
import type { Interceptor } from '../agents/interceptor.js'
import { CoreErrors } from '../errors/core-errors.js'
import { Entitlements, type Verdict } from './entitlements.js'

/**
 * Refuses agents and tools that the customer has not paid for. The application's own work, which has no
 * principal, is nobody's purchase.
 */
export const entitle: Interceptor = {
  phase: 'entitle',
  applies: ({ definition, step }: Begun) =>
    definition.requires.length > 0 && step.run.principal !== undefined,
  async intercept({ kind, definition, ctx }, next) {
    const { principal } = ctx
    if (!principal) return next()
    for (const feature of definition.requires) {
      const verdict = verdictOf(await ctx.get(Entitlements).check(principal, feature))
      if (verdict.ok) continue
      const { code, upgradeUrl } = verdict
      throw CoreErrors.NOT_ENTITLED(
        { what: `The ${kind} "${definition.name}"`, feature, reason: code },
        { details: { feature, code, upgradeUrl } },
      )
    }
    return next()
  },
}

/** An answer that is none, which JavaScript lets through, lets nobody in. */
const verdictOf = (answer: unknown): Verdict =>
  isVerdict(answer) ? answer : { ok: false, code: 'unknown' }

const isVerdict = (answer: unknown): answer is Verdict =>
  typeof answer === 'object' && answer !== null && 'ok' in answer && typeof answer.ok === 'boolean'
