import { definePlugin } from '@titanforge/core'
import { Analytics } from '../contract.js'
import { activeUsersPanel } from './active-users.js'
import { headlinePanel } from './headline.js'
import { movementsPanel } from './movements.js'
import { mrrPanel } from './mrr.js'
import { rollUpPanel } from './roll-up.js'

/** The figures as panels of the web application; a plugin of its own, for servers that have one. */
export const analyticsPanels = definePlugin({
  name: 'analytics-panels',
  requires: { analytics: Analytics },
  setup: ({ analytics }) => ({
    panels: [
      headlinePanel(analytics),
      mrrPanel(analytics),
      activeUsersPanel(analytics),
      movementsPanel(analytics),
      rollUpPanel(analytics),
    ],
  }),
})
