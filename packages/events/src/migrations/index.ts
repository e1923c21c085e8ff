import { events } from './0001-events.js'

export const migrations = [events]
