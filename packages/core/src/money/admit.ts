import type { Begun } from '../agents/begun.js'
import type { Interceptor } from '../agents/interceptor.js'
import { Admission } from './admission.js'

/** Lets a customer's run begin when there is a slot for it; what the run calls shares the slot. */
export const admit: Interceptor = {
  phase: 'admit',
  applies: ({ outermost, step }: Begun) => outermost && step.run.principal !== undefined,
  async intercept({ definition, ctx }, next) {
    const { principal, runId, signal } = ctx
    if (!principal) return next()
    const request = { principal, agent: definition.name, runId, signal }
    const slot = await ctx.get(Admission).admit(request)
    try {
      return await next()
    } finally {
      await slot.release()
    }
  },
}
