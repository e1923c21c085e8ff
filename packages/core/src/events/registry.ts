import { CoreErrors } from '../errors/core-errors.js'
import type { ForgeView } from '../plugins/forge-view.js'
import type { AnyPluginDefinition } from '../plugins/plugin.js'
import type { EventType } from './event.js'
import type { Subscription } from './subscription.js'

/** @throws EVENT_CONFLICT where two plugins declare one name with different types. */
export function refuseEventConflicts(plugins: readonly AnyPluginDefinition[]): void {
  const known = new Map<string, EventType>()
  for (const event of plugins.flatMap((plugin) => plugin.events ?? [])) {
    const other = known.get(event.name)
    if (other && other !== event) throw CoreErrors.EVENT_CONFLICT({ event: event.name })
    known.set(event.name, event)
  }
}

/**
 * Every handler of the application: those that plugins contribute, and those of their agents.
 *
 * @example
 * collectSubscriptions(createForge({ plugins: [] })) // []
 * @throws CONSUMER_CONFLICT
 */
export function collectSubscriptions(forge: Pick<ForgeView, 'all'>): Subscription[] {
  const direct = forge.all('on').flatMap(({ value }) => value)
  const agents = forge.all('agents').flatMap(({ value }) => value)
  const subscriptions = [...direct, ...agents.flatMap((agent) => agent.on)]
  const names = new Set<string>()
  for (const { consumer } of subscriptions) {
    if (names.has(consumer)) throw CoreErrors.CONSUMER_CONFLICT({ consumer })
    names.add(consumer)
  }
  return subscriptions
}
