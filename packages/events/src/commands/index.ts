import type { Command, EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { EventLog } from '../log/event-log.js'
import { backlogCommands } from './backlog.js'
import { deadLetterCommands } from './dead-letters.js'
import { replayCommand } from './replay.js'
import { tailCommand } from './tail.js'

/** The operator's commands of the event bus. */
export const eventCommands = (db: Database, bus: EventBus, log: EventLog): Command[] => [
  ...deadLetterCommands(bus),
  ...backlogCommands(db, log),
  replayCommand(bus),
  tailCommand(db),
]
