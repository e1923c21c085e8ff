import { workflows } from './0001-workflows.js'
import { withdrawnPurchases } from './0002-withdrawn-purchases.js'

export const migrations = [workflows, withdrawnPurchases]
