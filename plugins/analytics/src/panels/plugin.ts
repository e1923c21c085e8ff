import { definePlugin } from '@titanforge/core'
import { Analytics } from '../contract.js'
import { activeUsersPanel } from './active-users.js'
import { agentsPanel } from './agents.js'
import { cohortsPanel } from './cohorts.js'
import { headlinePanel } from './headline.js'
import { movementsPanel } from './movements.js'
import { mrrPanel } from './mrr.js'
import { revenuePanel } from './revenue.js'
import { rollUpPanel } from './roll-up.js'
import { trialsPanel } from './trials.js'

/** The figures as panels of the web application; a plugin of its own, for servers that have one. */
export const analyticsPanels = definePlugin({
  name: 'analytics-panels',
  requires: { analytics: Analytics },
  setup: ({ analytics }) => ({
    panels: [
      headlinePanel(analytics),
      mrrPanel(analytics),
      revenuePanel(analytics),
      activeUsersPanel(analytics),
      agentsPanel(analytics),
      cohortsPanel(analytics),
      trialsPanel(analytics),
      movementsPanel(analytics),
      rollUpPanel(analytics),
    ],
  }),
})
