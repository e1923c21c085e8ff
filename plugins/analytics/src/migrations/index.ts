import { metrics } from './0001-metrics.js'
import { facts } from './0002-facts.js'
import { figures } from './0003-figures.js'
import { windows } from './0004-windows.js'
import { usage } from './0005-usage.js'
import { internalAccounts } from './0006-internal-accounts.js'

export const migrations = [metrics, facts, figures, windows, usage, internalAccounts]
