import type { Begun } from '../agents/begun.js'
import type { Interceptor } from '../agents/interceptor.js'
import { parse } from '../schema.js'

/** Sets a call's price aside before each attempt to make it, and spends it when the call has succeeded. */
export const reserve: Interceptor = {
  phase: 'reserve',
  applies: ({ definition }) => definition.price > 0,
  async intercept({ definition, budget, bounds }: Begun, next) {
    const reservation = await budget.reservePrice()
    let result: unknown
    try {
      result = await next()
      // Nobody pays for what the caller will not be given.
      bounds.throwIfAborted()
      parse(definition.output, result, `output of ${bounds.what}`)
    } catch (error) {
      await reservation.release()
      throw error
    }
    await reservation.settle(definition.price)
    return result
  },
}
