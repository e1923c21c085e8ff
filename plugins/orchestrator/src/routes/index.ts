import type { Route } from '@titanforge/http'
import type { Engine } from '../engine/engine.js'
import type { RunWatch } from '../live/run-watch.js'
import { agentRoutes } from './agents.js'
import { runRoutes } from './runs.js'
import { stepRoutes } from './steps.js'
import { streamRoute } from './stream.js'
import { workflowRoutes } from './workflows.js'

export const orchestratorRoutes = (engine: Engine, watch: RunWatch): Route[] => [
  ...agentRoutes(engine),
  ...workflowRoutes(engine),
  ...runRoutes(engine),
  ...stepRoutes(engine),
  streamRoute(engine, watch),
]
