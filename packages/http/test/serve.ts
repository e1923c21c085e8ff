import {
  createForge,
  definePlugin,
  type Forge,
  type HealthCheck,
  type Plugin,
} from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Guard, HttpServer, http, type Route } from '@titanforge/http'
import type { ExecutionContext } from 'ava'

interface Serving {
  url: string
  forge: Forge
  /** The log so far, one JSON object a line. */
  lines: string[]
}

interface Application {
  routes?: readonly Route[]
  health?: readonly HealthCheck[]
  plugins?: readonly Plugin[]
  guarded?: Plugin
  drainMs?: number
  trustedProxies?: string[]
  corsOrigins?: string[]
  metrics?: () => Promise<string>
}

/** A plugin with these routes. */
export function pluginOf(
  name: string,
  routes: readonly Route[],
  health: readonly HealthCheck[] = [],
) {
  return definePlugin({ name, setup: () => ({ routes, health }) })()
}

/** Lets `Bearer user` and `Bearer superuser` in. */
export const guard = definePlugin({
  name: 'guard',
  provides: { guard: Guard },
  setup: () => ({
    services: {
      guard: {
        async identify(authorization) {
          const who = /^Bearer (user|superuser)$/.exec(authorization)?.[1]
          return who ? { userId: who, isSuperuser: who === 'superuser' } : undefined
        },
      },
    },
  }),
})

/** Serves an application on a free port until the test ends. */
export async function serve(t: ExecutionContext, application: Application): Promise<Serving> {
  const { routes = [], health, plugins = [], guarded = guard(), drainMs } = application
  const { trustedProxies, corsOrigins, metrics } = application
  const { log, lines } = captureLog()
  const app = pluginOf('app', routes, health)
  const forge = createForge({
    plugins: [
      http({ port: 0, drainMs, trustedProxies, corsOrigins, metrics }),
      guarded,
      app,
      ...plugins,
    ],
    log,
  })
  await forge.start()
  t.teardown(() => forge.stop())
  return { url: forge.get(HttpServer).url, forge, lines }
}

interface Answered {
  status: number
  headers: Headers
  body: unknown
}

/** Fetches, and parses the answer as JSON where there is one. */
export async function call(url: string, init?: RequestInit): Promise<Answered> {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
}

/** A request with a JSON body. */
export function json(body: unknown, method = 'POST'): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
}

/** The code of an error answer. */
export function codeOf({ body }: Answered): string {
  return (body as { error: { code: string } }).error.code
}
