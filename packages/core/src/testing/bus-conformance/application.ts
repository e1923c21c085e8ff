import assert from 'node:assert/strict'
import { EventBus, type Published, type PublishOptions } from '../../events/event-bus.js'
import type { Subscription } from '../../events/subscription.js'
import type { Forge } from '../../forge.js'
import { definePlugin, type Plugin } from '../../plugins/plugin.js'
import { UnitOfWork, type Transaction } from '../../transactions/transaction.js'
import type { TestContext } from '../suite.js'
import { waitFor } from '../wait-for.js'
import type { BusConformanceOptions } from './bus-conformance.js'
import { line, shipped, sold, type Notes } from './shop.js'

/** An application on the bus that is examined. */
export interface BusApplication {
  readonly forge: Forge
  readonly bus: EventBus
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /** Publishes `sold` in a transaction of its own. */
  publish(order: string, options?: PublishOptions): Promise<Published>
  until(what: string, condition: () => Promise<boolean> | boolean): Promise<void>
  /** Waits until the consumer was told of these orders, in any order, and makes sure of no others. */
  hears(notes: Notes, orders: readonly string[]): Promise<void>
}

/** Starts an application with these consumers, and with more plugins behind them. */
export type Open = (
  t: TestContext,
  subscriptions: readonly Subscription[],
  plugins?: readonly Plugin[],
) => Promise<BusApplication>

const FENCE = 'fence '

export function opener({ create, timeoutMs }: BusConformanceOptions): Open {
  const until = async (what: string, condition: () => Promise<boolean> | boolean) =>
    void (await waitFor(condition, { what, timeoutMs }))
  return async (t, subscriptions, plugins = []) => {
    const consumers = definePlugin({
      name: 'conformance',
      events: [line, sold, shipped],
      setup: () => ({ on: subscriptions }),
    })
    const { forge } = await create(t, [consumers(), ...plugins])
    const [bus, work] = [forge.get(EventBus), forge.get(UnitOfWork)]
    let fences = 0
    return {
      forge,
      bus,
      until,
      transaction: (scope) => work.transaction(scope),
      publish: (order, options) =>
        work.transaction((tx) => bus.publish(tx, sold, { order }, options)),
      async hears({ orders, subscription }, expected) {
        const { event, consumer } = subscription
        await until(`${consumer} to hear of ${expected.join(', ')}`, () =>
          expected.every((order) => orders.includes(order)),
        )
        // One more event behind them: when it has come, whatever comes too often has come as well.
        const fence = FENCE + String(++fences)
        await work.transaction((tx) => bus.publish(tx, event, { order: fence }))
        await until(`${consumer} to hear of one more event`, () => orders.includes(fence))
        const heard = orders.filter((order) => !order.startsWith(FENCE))
        assert.deepEqual(heard.toSorted(), expected.toSorted(), `what ${consumer} was told of`)
      },
    }
  }
}
