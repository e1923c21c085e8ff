import type { ForgeView } from '@titanforge/core'
import { listRoutes } from '../route-table.js'
import { reply, route, type Route } from '../route.js'
import { docsPage } from './docs-page.js'
import { openApiDocument, type OpenApiDocument } from './document.js'
import { STYLE } from './style.js'

/** `GET /openapi.json`: the API for programs; `GET /docs`: the same for people. */
export function openApiRoutes(title: string, forge: ForgeView): Route[] {
  let made: OpenApiDocument | undefined
  // Asked for late: there are all routes when the server serves.
  const document = () => (made ??= openApiDocument(title, listRoutes(forge.all('routes'))))
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      auth: 'none',
      summary: 'This API as an OpenAPI 3.1 document',
      handler: document,
    }),
    route({
      method: 'GET',
      path: '/docs',
      auth: 'none',
      summary: 'This API as a page for people',
      handler: () =>
        reply(200, docsPage(document()), {
          'Content-Type': 'text/html; charset=utf-8',
          // It runs nothing and sends nothing.
          'Content-Security-Policy':
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        }),
    }),
    route({
      method: 'GET',
      path: '/docs/style.css',
      auth: 'none',
      summary: 'Part of the page of this API',
      handler: () =>
        reply(200, STYLE, {
          'Content-Type': 'text/css; charset=utf-8',
          'Cache-Control': 'public, max-age=3600',
        }),
    }),
  ]
}
