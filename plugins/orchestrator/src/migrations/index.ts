import { workflows } from './0001-workflows.js'
import { withdrawnPurchases } from './0002-withdrawn-purchases.js'
import { prunedRuns } from './0003-pruned-runs.js'

export const migrations = [workflows, withdrawnPurchases, prunedRuns]
