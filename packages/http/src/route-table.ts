import type { Contributed } from '@titanforge/core'
import { HttpErrors } from './errors.js'
import type { Guard } from './guard.js'
import type { Route } from './route.js'

/** A route, and the plugin that it comes from. */
export interface PluginRoute {
  readonly plugin: string
  readonly route: Route
}

/** The routes of all plugins, in plugin order. */
export function listRoutes(contributed: readonly Contributed<'routes'>[]): PluginRoute[] {
  return contributed.flatMap(({ plugin, value }) => value.map((route) => ({ plugin, route })))
}

/** @throws HTTP_ROUTE_CONFLICT where two routes answer the same requests. */
export function refuseConflicts(routes: readonly PluginRoute[]): void {
  const taken = new Map<string, PluginRoute>()
  for (const entry of routes) {
    const { method, path } = entry.route
    // The names of parameters make no difference to what matches.
    const shape = `${method} ${path.replace(/:\w+/g, ':')}`
    const other = taken.get(shape)
    if (other) {
      const paths: [string, string] = [other.route.path, path]
      const plugins: [string, string] = [other.plugin, entry.plugin]
      throw HttpErrors.HTTP_ROUTE_CONFLICT({ method, paths, plugins })
    }
    taken.set(shape, entry)
  }
}

/** @throws HTTP_GUARD_MISSING where a route is guarded and nobody can tell who calls. */
export function refuseUnguarded(routes: readonly PluginRoute[], guard: Guard | undefined): void {
  const guarded = routes.find(({ route }) => route.auth !== 'none')
  if (!guarded || guard) return
  const { plugin, route } = guarded
  throw HttpErrors.HTTP_GUARD_MISSING({ plugin, method: route.method, path: route.path })
}
