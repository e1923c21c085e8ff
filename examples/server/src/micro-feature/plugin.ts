import { definePlugin } from '@titanforge/core'
import { developer, planner, reviewer } from './agents.js'
import { microFeature as workflow } from './workflow.js'

/** An example of a service: a workflow and the agents that do it. */
export const microFeature = definePlugin({
  name: 'micro-feature',
  setup: () => ({ agents: [planner, developer, reviewer], workflows: [workflow] }),
})
