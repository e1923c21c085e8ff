import { RetryLater, type EventBus, type Logger, type Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { StripeConfig } from '../config.js'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import type { Applying } from '../objects/object-rule.js'
import { againAfterDeadlock } from './again-after-deadlock.js'
import { applySnapshot } from './apply.js'
import { takeNumber } from './cursor.js'
import type { KeyAccount } from './key-account.js'
import type { ObjectType } from './snapshot.js'

export interface SyncServices {
  gateway: StripeGateway
  account: KeyAccount
  db: Database
  bus: EventBus
  config: Pick<StripeConfig, 'livemode' | 'graceDays'>
  log: Logger
}

/** Makes our copy of an object what Stripe has now, by the same number and the same rules as its events. */
export class ObjectSync {
  constructor(private readonly services: SyncServices) {}

  /**
   * @returns whether anybody had to be told of a change.
   * @throws RetryLater where Stripe is busy or away; STRIPE_NOT_CONFIGURED; STRIPE_ACCOUNT_CHANGED where it is missing
   * in another account.
   */
  async sync(type: ObjectType, id: string): Promise<boolean> {
    const { gateway, account, db } = this.services
    const seq = await takeNumber(db, id)
    const object = await gateway.fetch(type, id)
    if (object === undefined) await account.confirm()
    // Not heard of from an event, so Stripe's clock of events stays where it is.
    const order = { seq, created: 0, rank: 0 as const }
    const occurredAt = new Date()
    const snapshot = { type, id, object, deleted: object === undefined, order, occurredAt }
    return this.transaction(async (applying) => {
      let published = 0
      const counting: Applying = {
        ...applying,
        publish: (...event) => {
          published++
          return applying.publish(...event)
        },
      }
      await applySnapshot(counting, snapshot)
      return published > 0
    })
  }

  /**
   * As {@link sync}, for somebody who does not wait.
   *
   * @throws STRIPE_UNAVAILABLE where Stripe is busy or away.
   */
  async syncNow(type: ObjectType, id: string): Promise<boolean> {
    try {
      return await this.sync(type, id)
    } catch (error) {
      if (!(error instanceof RetryLater)) throw error
      throw StripeErrors.STRIPE_UNAVAILABLE(undefined, { cause: error })
    }
  }

  /** Runs `work` as a rule would be run, in a transaction of its own; more than once, if need be. */
  async transaction<Result>(work: (applying: Applying) => Promise<Result>): Promise<Result> {
    const { db } = this.services
    return againAfterDeadlock(() => db.transaction((tx) => work(this.#applying(tx))))
  }

  #applying(tx: Transaction): Applying {
    const { bus, config, log } = this.services
    const occurredAt = new Date()
    return {
      ...config,
      tx,
      occurredAt,
      alert: (message, facts) => log.error(facts, message),
      publish: (event, payload, businessKey) =>
        bus.publish(tx, event, payload, {
          occurredAt,
          ...(businessKey === undefined ? {} : { source: 'billing', externalId: businessKey }),
        }),
    }
  }
}
