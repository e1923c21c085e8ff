import { metrics } from './0001-metrics.js'

export const migrations = [metrics]
