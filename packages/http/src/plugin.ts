import { definePlugin } from '@titanforge/core'
import { createApp } from './app.js'
import { routeCommands } from './commands.js'
import { config } from './config.js'
import { Guard } from './guard.js'
import { healthRoutes } from './health.js'
import { IdempotencyStore } from './idempotency.js'
import { HttpServer } from './http-server.js'
import { listRoutes, refuseConflicts, refuseUnguarded } from './route-table.js'
import { KoaServer } from './server.js'

/** Serves the routes of every plugin. */
export const http = definePlugin({
  name: 'http',
  config,
  optional: { guard: Guard, idempotency: IdempotencyStore },
  provides: { server: HttpServer },
  collects: ['routes', 'health', 'requestObservers'],
  setup({ config, guard, idempotency, forge, log }) {
    const server = new KoaServer(config, log)
    const health = healthRoutes(forge, log)
    return {
      services: { server },
      routes: health,
      commands: routeCommands(forge),
      serve() {
        const routes = listRoutes(forge.all('routes'))
        refuseConflicts(routes)
        refuseUnguarded(routes, guard)
        const served = config.serves === 'health' ? health : routes.map(({ route }) => route)
        const observers = forge.all('requestObservers').flatMap(({ value }) => value)
        const app = createApp(served, { guard, idempotency }, config, log, observers)
        return server.listen(app.callback())
      },
    }
  },
})
