import { randomBytes } from 'node:crypto'
import { reply, route, type Route } from '@titanforge/http'
import type { DashboardConfig } from '../config.js'
import { DashboardErrors } from '../errors.js'
import type { Asset } from './asset.js'

/** The paths of the application. The browser's router tells them apart; the server answers all alike. */
const PATHS = [
  '/',
  '/login',
  '/signup',
  '/forgot',
  '/plans',
  '/billing',
  '/billing/success',
  '/billing/cancelled',
  '/runs',
  '/runs/:id',
  '/settings',
  '/analytics',
  '/admin/users',
  '/admin/events',
  '/admin/events/:id',
  '/admin/dead-letters',
  '/admin/audit',
  '/admin/plugins',
]

/** Serves the one page of the application. It names the newest files, so nobody may keep it. */
export const pageRoutes = (page: () => Asset | undefined, config: DashboardConfig): Route[] =>
  PATHS.map((path) =>
    route({
      method: 'GET',
      path,
      auth: 'none',
      summary: 'A page of the web application',
      handler() {
        const asset = page()
        if (!asset) throw DashboardErrors.DASHBOARD_NOT_BUILT()
        const nonce = randomBytes(16).toString('base64')
        return reply(200, fill(asset.content.toString(), { ...config, nonce }), {
          'Content-Type': asset.type,
          'Cache-Control': 'no-store',
          'Content-Security-Policy': policy(nonce),
        })
      },
    }),
  )

/** Puts values in the place of `%name%`, as text. */
const fill = (html: string, values: Record<string, string | boolean>) =>
  html.replace(/%(\w+)%/g, (_, name: string) =>
    String(values[name] ?? '').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  )

// Of Radix' scroll areas, which menus have; without it they would show two scroll bars.
const SCROLL_AREA_STYLE = 'sha256-vGQdhYJbTuF+M8iCn1IZCHpdkiICocWHDq4qnQF4Rjw='

// Scripts and styles are files of ours. Components that hold the page still behind a dialog write a style
// for that, under the nonce.
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}' '${SCROLL_AREA_STYLE}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
