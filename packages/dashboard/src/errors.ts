import { defineErrors } from '@titanforge/core'

/** Every error of the dashboard, with its remedy. */
export const DashboardErrors = defineErrors({
  ASSET_NOT_FOUND: {
    status: 404,
    message: () => 'There is no such file; the application was updated. Load the page again.',
  },
  PANEL_NOT_FOUND: {
    status: 404,
    message: () => 'There is no such panel. GET lists those that there are.',
  },
  PANEL_CONFLICT: {
    message: (p: { name: string; plugins: [string, string] }) =>
      `The plugins ${p.plugins.join(' and ')} each have a panel "${p.name}". Rename one of them.`,
  },
  PANEL_MISPLACED: {
    message: (p: { name: string; audience: string; page: string; pages: readonly string[] }) =>
      `The panel "${p.name}" is for the audience "${p.audience}", which has no page "${p.page}". Give it one of ${p.pages.join(', ')}.`,
  },
  EVENT_NOT_FOUND: {
    status: 404,
    message: () => 'There is no such event. GET /api/admin/events lists those that there are.',
  },
  DASHBOARD_NOT_BUILT: {
    status: 503,
    message: () => 'The web application is not built yet. Run `npm run build`, and start again.',
  },
})
