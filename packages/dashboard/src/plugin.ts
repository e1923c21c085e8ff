import { fileURLToPath } from 'node:url'
import { definePlugin } from '@titanforge/core'
import { config } from './config.js'
import { assetRoute } from './site/asset-route.js'
import { readAssets, type Asset } from './site/asset.js'
import { pageRoutes } from './site/page-routes.js'

/** From the compiled file. */
const BUILT = fileURLToPath(new URL('../app/', import.meta.url))

/** Serves the web application. */
export const dashboard = definePlugin({
  name: 'dashboard',
  config,
  setup({ config, log }) {
    let pages: ReadonlyMap<string, Asset> = new Map()
    let assets: ReadonlyMap<string, Asset> = new Map()
    return {
      routes: [...pageRoutes(() => pages.get('index.html'), config), assetRoute(() => assets)],
      async start() {
        ;[pages, assets] = await Promise.all([readAssets(BUILT), readAssets(`${BUILT}assets`)])
        if (pages.size === 0) log.warn('the web application is not built: run `npm run build`')
      },
    }
  },
})
