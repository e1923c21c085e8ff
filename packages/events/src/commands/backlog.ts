import { CoreErrors, type Command } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { EventLog } from '../log/event-log.js'
import { forget } from '../registration.js'

/** `events:backlog` and `events:forget`. */
export const backlogCommands = (db: Database, log: EventLog): Command[] => [
  {
    name: 'events:backlog',
    description: 'lists the consumers and what each has before it',
    async run({ print }) {
      for (const {
        consumer,
        pending,
        claimed,
        oldestSeconds,
        scheduled,
        deadLetters,
      } of await log.backlog()) {
        print(
          `${consumer}  ${pending} pending (${claimed} at work, oldest ${oldestSeconds} s)  ${scheduled} scheduled  ${deadLetters} dead`,
        )
      }
    },
  },
  {
    name: 'events:forget',
    description: 'ends a consumer that no code has any more, with what still waits for it',
    usage: 'CONSUMER',
    async run({ positionals: [consumer], print }) {
      if (!consumer) {
        const problem = 'Name the consumer; events:backlog lists them.'
        throw CoreErrors.COMMAND_USAGE({ usage: 'events:forget CONSUMER', problem })
      }
      const dropped = await forget(db, consumer)
      if (dropped === undefined) throw CoreErrors.CONSUMER_UNKNOWN({ consumer })
      print(`${consumer} is forgotten; ${dropped} events that waited for it are dropped.`)
    },
  },
]
