import { events } from './0001-events.js'
import { deliveries } from './0002-deliveries.js'
import { replays } from './0003-replays.js'
import { dueLanes } from './0004-due-lanes.js'
import { notBefore } from './0005-not-before.js'
import { madeWay } from './0006-made-way.js'

export const migrations = [events, deliveries, replays, dueLanes, notBefore, madeWay]
