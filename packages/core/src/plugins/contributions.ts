import type { AnyAgent } from '../agents/agent.js'
import type { Interceptor } from '../agents/interceptor.js'
import type { Observer } from '../agents/observer.js'
import type { Tool } from '../agents/tool.js'
import type { Command } from '../commands/command.js'
import type { EventType } from '../events/event.js'
import type { Subscription } from '../events/subscription.js'
import type { HealthCheck } from './health.js'

/**
 * Undoes what `start` or `serve` did.
 *
 * @example
 * const stop: Stop = async () => undefined
 */
export type Stop = () => void | Promise<void>

/**
 * Opens something, and answers with what closes it again.
 *
 * @example
 * const start: Startable = () => {
 *   const timer = setInterval(() => undefined, 1_000)
 *   return () => clearInterval(timer)
 * }
 * definePlugin({ name: 'ticker', setup: () => ({ start }) })
 */
export type Startable = () => void | Stop | Promise<void | Stop>

/**
 * What plugins do, by key. Packages that host a kind of contribution add their key:
 *
 * @example
 * interface Panel { title: string }
 * declare module '@titanforge/core' {
 *   interface Contributions { panels?: readonly Panel[] }
 * }
 * definePlugin({ name: 'dashboard', collects: ['panels'], setup: () => ({}) })
 * definePlugin({ name: 'sales', setup: () => ({ panels: [{ title: 'Sales' }] }) })
 */
export interface Contributions {
  agents?: readonly AnyAgent[]
  tools?: readonly Tool[]
  on?: readonly Subscription[]
  interceptors?: readonly Interceptor[]
  observers?: readonly Observer[]
  commands?: readonly Command[]
  health?: readonly HealthCheck[]
  /** Opens what the plugin needs, in dependency order. */
  start?: Startable
  /** Begins to take work, when every plugin has started. */
  serve?: Startable
}

/**
 * What plugins are, by key: data that can be read without running anything. Packages add to it too.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const declared: Declarations = { events: [sold] }
 * definePlugin({ name: 'shop', ...declared, setup: () => ({}) })
 */
export interface Declarations {
  /** The durable events that the plugin publishes. */
  events?: readonly EventType[]
}

/**
 * One plugin's contribution to a key.
 *
 * @example
 * const names = (found: readonly Contributed<'health'>[]) => found.map(({ plugin }) => plugin)
 * names(createForge({ plugins: [] }).all('health')) // []
 */
export interface Contributed<Key extends keyof Contributions> {
  plugin: string
  value: NonNullable<Contributions[Key]>
}
