import type { Command, EventBus } from '@titanforge/core'

/** `events:dead` and `events:redrive`. */
export function eventCommands(bus: EventBus): Command[] {
  const options = { consumer: { type: 'string' } } as const
  const consumerOf = (values: Record<string, unknown>) =>
    typeof values.consumer === 'string' ? values.consumer : undefined
  return [
    {
      name: 'events:dead',
      description: 'lists the events that consumers gave up on',
      usage: '[--consumer NAME]',
      options,
      async run({ values, print }) {
        const letters = await bus.deadLetters.list({ consumer: consumerOf(values) })
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
        const ids = positionals.length > 0 ? positionals : undefined
        print(
          `Delivering ${await bus.deadLetters.redrive({ consumer: consumerOf(values), ids })} again.`,
        )
      },
    },
  ]
}
