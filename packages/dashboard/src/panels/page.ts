import { DashboardErrors } from '../errors.js'
import type { Panel } from './panel.js'

/** The pages that panels can be on, by who sees them; the first is that of panels that name none. */
export const PAGES = {
  user: ['overview', 'plans', 'billing', 'runs', 'settings'],
  superuser: ['analytics', 'users', 'events', 'dead-letters', 'audit', 'plugins'],
} as const

export type PanelPage = (typeof PAGES)[keyof typeof PAGES][number]

export const pageOf = ({ audience, page }: Panel): PanelPage => page ?? PAGES[audience][0]

/** @throws PANEL_MISPLACED where nobody could ever see it. */
export function refuseMisplaced(panel: Panel): void {
  const { name, audience } = panel
  const page = pageOf(panel)
  const pages: readonly PanelPage[] = PAGES[audience]
  if (!pages.includes(page)) throw DashboardErrors.PANEL_MISPLACED({ name, audience, page, pages })
}
