import type { Interceptor } from '../agents/interceptor.js'
import { Ledger } from './ledger.js'

// A reservation outlives the call that it is for, however late its end is noticed.
const LATEST_MS = 60_000

/** Sets a tool's price aside before each attempt to call it, and spends it when the call has succeeded. */
export const reserve: Interceptor = {
  phase: 'reserve',
  intercept({ definition, ctx }, next) {
    const amount = 'price' in definition ? definition.price : 0
    if (amount === 0) return next()
    const { runId, principal, idempotencyKey: key } = ctx
    const scopes = [`run:${runId}`, ...(principal ? [`user:${principal.userId}`] : [])]
    const spend = async () => {
      const request = { scopes, amount, key, ttlMs: definition.timeoutMs + LATEST_MS }
      const reservation = await ctx.get(Ledger).reserve(request)
      const result = await next().catch(async (error: unknown) => {
        await reservation.release()
        throw error
      })
      await reservation.settle(amount)
      return result
    }
    return spend()
  },
}
