import { events } from './0001-events.js'
import { deliveries } from './0002-deliveries.js'

export const migrations = [events, deliveries]
