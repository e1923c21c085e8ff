import { CoreErrors, type Command, type EventBus } from '@titanforge/core'
import { dateOf } from './options.js'

const USAGE = 'CONSUMER [--from DATE] [--to DATE]'

/** `events:replay`. */
export const replayCommand = (bus: EventBus): Command => ({
  name: 'events:replay',
  description: 'delivers past events to a consumer again, by the time when they happened (UTC)',
  usage: USAGE,
  options: { from: { type: 'string' }, to: { type: 'string' } },
  async run({ positionals: [consumer], values, print }) {
    const usage = `events:replay ${USAGE}`
    if (!consumer) throw CoreErrors.COMMAND_USAGE({ usage, problem: 'Name the consumer.' })
    const range = { from: dateOf(values.from, usage), to: dateOf(values.to, usage) }
    print(`Delivering ${await bus.replay(consumer, range)} events to ${consumer} again.`)
  },
})
