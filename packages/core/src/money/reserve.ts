import type { Begun } from '../agents/begun.js'
import type { Interceptor } from '../agents/interceptor.js'

/** Sets a call's price aside before each attempt to make it, and spends it when the call has succeeded. */
export const reserve: Interceptor = {
  phase: 'reserve',
  applies: ({ definition }) => definition.price > 0,
  async intercept({ definition, budget }: Begun, next) {
    const reservation = await budget.reservePrice()
    const result = await next().catch(async (error: unknown) => {
      await reservation.release()
      throw error
    })
    await reservation.settle(definition.price)
    return result
  },
}
