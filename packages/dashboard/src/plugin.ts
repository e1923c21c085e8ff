import { fileURLToPath } from 'node:url'
import { definePlugin, EventBus, EventHistory } from '@titanforge/core'
import { AuditTrail } from '@titanforge/http'
import { CallCounts } from './admin/call-counts.js'
import { deadLetterRoutes } from './admin/dead-letter-routes.js'
import { eventRoutes } from './admin/event-routes.js'
import { swarmRoutes } from './admin/swarm-routes.js'
import { config } from './config.js'
import { refuseMisplaced } from './panels/page.js'
import { panelRoutes } from './panels/panel-routes.js'
import { refuseRepeated } from './panels/refuse-repeated.js'
import { assetRoute } from './site/asset-route.js'
import { readAssets, type Asset } from './site/asset.js'
import { pageRoutes } from './site/page-routes.js'

/** From the compiled file. */
const BUILT = fileURLToPath(new URL('../app/', import.meta.url))

/** Serves the web application, with the panels of every plugin. */
export const dashboard = definePlugin({
  name: 'dashboard',
  config,
  requires: { bus: EventBus },
  optional: { history: EventHistory, trail: AuditTrail },
  collects: ['panels'],
  setup({ config, bus, history, trail, forge, log }) {
    const calls = new CallCounts()
    let pages: ReadonlyMap<string, Asset> = new Map()
    let assets: ReadonlyMap<string, Asset> = new Map()
    return {
      routes: [
        ...pageRoutes(() => pages.get('index.html'), config),
        assetRoute(() => assets),
        ...panelRoutes(forge, 'user'),
        ...panelRoutes(forge, 'superuser'),
        ...deadLetterRoutes(bus, trail),
        ...(history ? eventRoutes(forge, history, trail) : []),
        ...swarmRoutes(forge, calls, history),
      ],
      observers: [calls],
      async start() {
        const panels = forge.all('panels')
        refuseRepeated(panels)
        panels.flatMap(({ value }) => value).forEach(refuseMisplaced)
        ;[pages, assets] = await Promise.all([readAssets(BUILT), readAssets(`${BUILT}assets`)])
        if (pages.size === 0) log.warn('the web application is not built: run `npm run build`')
      },
    }
  },
})
