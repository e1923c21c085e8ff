import type { Grants } from '@titanforge/provisioning'
import type { OrchestratorConfig } from '../config.js'
import type { Engine } from './engine.js'

/** The limit of a plan that says how many runs of a customer are at work at once. */
const LIMIT = 'workflow_runs'

/** Asks the plans, where there are any. The application's own runs have no limit. */
export const limitOf =
  ({ concurrentRuns }: OrchestratorConfig, grants: Grants | undefined): Engine['limitOf'] =>
  async (userId) => {
    if (userId === null) return Number.MAX_SAFE_INTEGER
    const limit = grants && (await grants.of(userId)).limits[LIMIT]
    return limit ?? concurrentRuns
  }
