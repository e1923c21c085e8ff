import { defineAgent, type AnyAgent } from '@titanforge/core'
import { welcome } from './kinds/welcome.js'
import type { Notifier } from './notifier.js'

/** Tells people what happened. */
export function notificationAgent(notifier: Notifier): AnyAgent {
  return defineAgent({
    name: 'notification-agent',
    description: 'Tells people what happened.',
    on: [notifier.handles(welcome)],
  })
}
