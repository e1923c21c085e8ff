import { fileURLToPath } from 'node:url'
import { definePlugin, EventBus } from '@titanforge/core'
import { deadLetterRoutes } from './admin/dead-letter-routes.js'
import { pluginsPanel } from './admin/plugins-panel.js'
import { config } from './config.js'
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
  collects: ['panels'],
  setup({ config, bus, forge, log }) {
    let pages: ReadonlyMap<string, Asset> = new Map()
    let assets: ReadonlyMap<string, Asset> = new Map()
    return {
      routes: [
        ...pageRoutes(() => pages.get('index.html'), config),
        assetRoute(() => assets),
        ...panelRoutes(forge, 'user'),
        ...panelRoutes(forge, 'superuser'),
        ...deadLetterRoutes(bus),
      ],
      panels: [pluginsPanel(forge)],
      async start() {
        refuseRepeated(forge.all('panels'))
        ;[pages, assets] = await Promise.all([readAssets(BUILT), readAssets(`${BUILT}assets`)])
        if (pages.size === 0) log.warn('the web application is not built: run `npm run build`')
      },
    }
  },
})
