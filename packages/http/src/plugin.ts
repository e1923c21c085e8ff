import { definePlugin, Entitlements } from '@titanforge/core'
import { createApp } from './app.js'
import { routeCommands } from './commands.js'
import { config } from './config.js'
import { Guard } from './guard.js'
import { healthRoutes } from './health.js'
import { IdempotencyStore } from './idempotency.js'
import { HttpServer } from './http-server.js'
import { metricsRoute } from './metrics/metrics-route.js'
import { openApiRoutes } from './openapi/routes.js'
import { Quota } from './quota.js'
import { listRoutes, refuseConflicts, refuseUnguarded } from './route-table.js'
import { KoaServer } from './server.js'

/** Serves the routes of every plugin. */
export const http = definePlugin({
  name: 'http',
  config,
  optional: {
    guard: Guard,
    idempotency: IdempotencyStore,
    entitlements: Entitlements,
    quota: Quota,
  },
  provides: { server: HttpServer },
  collects: ['routes', 'health', 'requestObservers'],
  setup({ config, guard, idempotency, entitlements, quota, forge, log }) {
    const ports = { guard, idempotency, entitlements, quota }
    const server = new KoaServer(config, log)
    const health = [
      ...healthRoutes(forge, log),
      ...(config.metrics ? [metricsRoute(config.metrics)] : []),
    ]
    return {
      services: { server },
      routes: [...health, ...openApiRoutes(config.title, forge)],
      commands: routeCommands(forge),
      serve() {
        const routes = listRoutes(forge.all('routes'))
        refuseConflicts(routes)
        refuseUnguarded(routes, guard)
        const served = config.serves === 'health' ? health : routes.map(({ route }) => route)
        const observers = forge.all('requestObservers').flatMap(({ value }) => value)
        const app = createApp(served, ports, config, log, observers)
        return server.listen(app.callback())
      },
    }
  },
})
