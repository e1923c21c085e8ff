import { atMost } from '../agents/at-most.js'
import type { Begun } from '../agents/begun.js'
import { GRACE_MS } from '../agents/bounds.js'
import type { Interceptor } from '../agents/interceptor.js'
import { promised } from '../agents/promised.js'
import { Admission } from './admission.js'

/** Lets a customer's run begin when there is a slot for it; what the run calls shares the slot. */
export const admit: Interceptor = {
  phase: 'admit',
  applies: ({ outermost, step }: Begun) => outermost && step.run.principal !== undefined,
  async intercept({ definition, ctx, bounds }: Begun, next) {
    const { principal, runId, signal } = ctx
    if (!principal) return next()
    const request = { principal, agent: definition.name, runId, signal }
    const slot = await ctx.get(Admission).admit(request)
    try {
      // The slot is free when the run has ended, whether its code has or not.
      return await bounds.patience(next())
    } finally {
      // The answer does not wait for long: a slot that is not released ends by its time.
      const released = promised(() => slot.release())
      const failed = (err: unknown) => ctx.log.warn({ err }, 'a slot could not be released')
      await atMost(GRACE_MS, released.catch(failed))
    }
  },
}
