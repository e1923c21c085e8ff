import { CoreErrors, type Command, type EventBus } from '@titanforge/core'
import { EventErrors } from '../errors.js'
import { textOf } from './options.js'

/** `events:dead`, `events:redrive` and `events:discard`. */
export function deadLetterCommands(bus: EventBus): Command[] {
  const options = { consumer: { type: 'string' } } as const
  const idsOf = (positionals: string[]) => (positionals.length > 0 ? positionals : undefined)
  return [
    {
      name: 'events:dead',
      description: 'lists the events that consumers gave up on',
      usage: '[--consumer NAME]',
      options,
      async run({ values, print }) {
        const letters = await bus.deadLetters.list({ consumer: textOf(values.consumer) })
        if (letters.length === 0) print('No dead letters.')
        for (const { id, at, consumer, eventId, reason } of letters) {
          print(`${id}  ${at.toISOString()}  ${consumer}  event ${eventId}: ${reason}`)
        }
      },
    },
    {
      name: 'events:redrive',
      description: 'delivers dead letters again, all if no id is given',
      usage: '[ID …] [--consumer NAME]',
      options,
      async run({ positionals, values, print }) {
        const filter = { consumer: textOf(values.consumer), ids: idsOf(positionals) }
        const redriven = await bus.deadLetters.redrive(filter)
        if (filter.ids && redriven === 0) throw EventErrors.DEAD_LETTER_UNKNOWN({ ids: filter.ids })
        print(`Delivering ${redriven} again.`)
      },
    },
    {
      name: 'events:discard',
      description: 'gives dead letters up for good; name them by id, or all of a consumer',
      usage: '[ID …] [--consumer NAME] --reason TEXT',
      options: { ...options, reason: { type: 'string' } },
      async run({ positionals, values, print }) {
        const filter = { consumer: textOf(values.consumer), ids: idsOf(positionals) }
        const reason = textOf(values.reason)
        if (!reason || (!filter.consumer && !filter.ids)) {
          throw CoreErrors.COMMAND_USAGE({
            usage: 'events:discard [ID …] [--consumer NAME] --reason TEXT',
            problem: 'Say which dead letters, and why.',
          })
        }
        const discarded = await bus.deadLetters.discard(filter, reason)
        if (filter.ids && discarded === 0)
          throw EventErrors.DEAD_LETTER_UNKNOWN({ ids: filter.ids })
        print(`Discarded ${discarded}.`)
      },
    },
  ]
}
