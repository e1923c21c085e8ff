import { reply, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import { DashboardErrors } from '../errors.js'
import type { Asset } from './asset.js'

/** Serves the built files. Their names hold a hash of what is in them, so that each is kept for ever. */
export const assetRoute = (assets: () => ReadonlyMap<string, Asset>): Route =>
  route({
    method: 'GET',
    path: '/assets/:name',
    auth: 'none',
    summary: 'Part of the web application',
    params: z.object({ name: z.string() }),
    handler({ params, koa }) {
      const asset = assets().get(params.name)
      if (!asset) throw DashboardErrors.ASSET_NOT_FOUND()
      const offered = [...(Object.keys(asset.compressed) as (keyof Asset['compressed'])[])]
      const chosen = koa.acceptsEncodings(...offered, 'identity')
      const encoding = offered.find((one) => one === chosen)
      return reply(200, encoding ? asset.compressed[encoding] : asset.content, {
        'Content-Type': asset.type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        Vary: 'Accept-Encoding',
        ...(encoding && { 'Content-Encoding': encoding }),
      })
    },
  })
