import type { Begun } from '../agents/begun.js'
import type { Interceptor } from '../agents/interceptor.js'

/** Sets a call's price aside before each attempt to make it, and gives it back where that fails. */
export const reserve: Interceptor = {
  phase: 'reserve',
  applies: ({ definition }) => definition.price > 0,
  intercept({ budget, bounds }: Begun, next) {
    // The end of the step waits for it also where another interceptor does not.
    return bounds.watch(budget.price.holdFor(bounds, next))
  },
}
