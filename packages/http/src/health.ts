import { setTimeout as delay } from 'node:timers/promises'
import type { ForgeView, HealthCheck, Logger } from '@titanforge/core'
import { z } from 'zod'
import { HttpErrors } from './errors.js'
import { reply, route, type Route } from './route.js'

const LIMIT_MS = 2_000
const readiness = z.object({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
})

/** `GET /healthz`: does the process answer; `GET /readyz`: can it do its work. */
export function healthRoutes(forge: ForgeView, log: Logger): Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      auth: 'none',
      summary: 'Whether the process answers',
      response: z.object({ status: z.literal('ok') }),
      handler: () => ({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      auth: 'none',
      summary: 'Whether everything that the application needs is well',
      response: readiness,
      async handler() {
        const checks = forge.all('health').flatMap(({ value }) => value)
        const results = await Promise.all(checks.map((check) => resultOf(check, log)))
        const ready = results.every(([, result]) => result === 'ok')
        const status = ready ? 'ready' : 'not ready'
        return reply(ready ? 200 : 503, { status, checks: Object.fromEntries(results) })
      },
    }),
  ]
}

/** The name with `ok` or `failed`; the reason goes to the log only, for it may name hosts and users. */
async function resultOf(check: HealthCheck, log: Logger): Promise<[string, 'ok' | 'failed']> {
  const { name } = check
  const over = new AbortController()
  const expire = async () => {
    await delay(LIMIT_MS, undefined, { signal: over.signal })
    throw HttpErrors.HEALTH_CHECK_TIMED_OUT({ name, ms: LIMIT_MS })
  }
  try {
    await Promise.race([check.check(), expire()])
    return [name, 'ok']
  } catch (error) {
    log.warn({ err: error, check: name }, 'a health check failed')
    return [name, 'failed']
  } finally {
    over.abort()
  }
}
