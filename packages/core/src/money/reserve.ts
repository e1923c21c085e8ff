import type { Interceptor } from '../agents/interceptor.js'
import { Ledger } from './ledger.js'

// A reservation outlives the call that it is for, however late its end is noticed.
const LATEST_MS = 60_000

/** Sets a call's price aside before each attempt to make it, and spends it when the call has succeeded. */
export const reserve: Interceptor = {
  phase: 'reserve',
  applies: ({ definition }) => definition.price > 0,
  async intercept(call, next) {
    const { runId, principal, idempotencyKey: key } = call.ctx
    const scopes = [`run:${runId}`, ...(principal ? [`user:${principal.userId}`] : [])]
    const { name: what, price: amount, timeoutMs } = call.definition
    const request = { scopes, what, amount, key, ttlMs: timeoutMs + LATEST_MS }
    const reservation = await call.ctx.get(Ledger).reserve(request)
    const result = await next().catch(async (error: unknown) => {
      await reservation.release()
      throw error
    })
    await reservation.settle(amount)
    return result
  },
}
