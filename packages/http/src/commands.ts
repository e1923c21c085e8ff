import type { Command, ForgeView } from '@titanforge/core'
import { listRoutes } from './route-table.js'

/** `routes`. */
export function routeCommands(forge: ForgeView): Command[] {
  return [
    {
      name: 'routes',
      description: 'lists every route: method, path, who may call it, plugin',
      async run({ print }) {
        for (const { plugin, route } of listRoutes(forge.all('routes'))) {
          const { method, path, auth } = route
          print(`${method.padEnd(6)} ${path.padEnd(40)} ${auth.padEnd(9)} ${plugin}`)
        }
      },
    },
  ]
}
