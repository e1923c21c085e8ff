import type { Admission, AdmissionRequest, Logger, Slot, Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Config } from '../config.js'
import { LIMITS } from '../entitlements/entitlement.js'
import type { GrantService } from '../entitlements/grant-service.js'
import { ProvisioningErrors } from '../errors.js'
import { count, uncount, type Counted } from '../usage/counters.js'
import { periodOf, secondsLeft } from '../usage/period.js'
import { SlotKeeper } from './slot-keeper.js'
import { admitNext, enqueue, leaveAll, lockSlots, waitingOf } from './slots.js'

interface Parts {
  db: Database
  grants: GrantService
  config: Pick<Config, 'queueLimit' | 'leaseSeconds' | 'upgradeUrl'>
  log: Logger
}

const BUSY_SECONDS = 10

/**
 * Lets a customer's runs begin as the plan allows: so many at once in all processes together, the others
 * one after another as they came, and so many a month. A slot is a row that its process keeps alive, so
 * that those of a process that has died are given to others.
 */
export class SlotQueue implements Admission {
  readonly keeper: SlotKeeper

  constructor(private readonly parts: Parts) {
    const { db, config, log } = parts
    const wake = (userId: string) => this.#admitNext(userId)
    this.keeper = new SlotKeeper({ db, leaseSeconds: config.leaseSeconds, wake, log })
  }

  /** @throws AGENT_RUNS_EXCEEDED, AGENT_QUEUE_FULL, AGENT_SLOT_LOST; or why the run was cancelled. */
  async admit({ principal: { userId }, agent, runId, signal }: AdmissionRequest): Promise<Slot> {
    const { db, grants, config } = this.parts
    const { limits } = await grants.of(userId)
    const counted = { userId, meter: LIMITS.agentRuns, period: periodOf(new Date()) }
    const { id, admitted } = await db.transaction(async (tx) => {
      await lockSlots(tx, userId)
      const used = await count(tx, counted, limits[LIMITS.agentRuns])
      if (used === undefined) throw this.#runsExceeded(limits[LIMITS.agentRuns] ?? 0, counted)
      const id = await enqueue(tx, { userId, runId, agent, leaseSeconds: config.leaseSeconds })
      const admitted = await admitNext(tx, userId, limits[LIMITS.agentConcurrency])
      if (!admitted.includes(id)) await this.#refuseCrowd(tx, userId, limits)
      return { id, admitted }
    })
    this.keeper.announce(admitted)
    try {
      await this.keeper.keep({ id, userId, signal, admitted: admitted.includes(id) })
    } catch (error) {
      await this.#leave(id, userId, counted)
      throw error
    }
    return { release: () => this.#leave(id, userId) }
  }

  /** @param unused where the run has not begun, and is not counted. */
  async #leave(id: string, userId: string, unused?: Counted): Promise<void> {
    const { db, grants, log } = this.parts
    this.keeper.drop(id)
    try {
      const limit = await grants.limit(userId, LIMITS.agentConcurrency)
      const admitted = await db.transaction(async (tx) => {
        await lockSlots(tx, userId)
        await leaveAll(tx, [id])
        if (unused) await uncount(tx, unused)
        return admitNext(tx, userId, limit)
      })
      this.keeper.announce(admitted)
    } catch (error) {
      // The run has ended as it has; its slot becomes free when nobody keeps it.
      log.warn({ err: error, userId }, 'a slot could not be left; it will be free after its lease')
    }
  }

  async #admitNext(userId: string): Promise<void> {
    const limit = await this.parts.grants.limit(userId, LIMITS.agentConcurrency)
    await this.parts.db.transaction(async (tx) => {
      await lockSlots(tx, userId)
      await admitNext(tx, userId, limit)
    })
  }

  async #refuseCrowd(
    tx: Transaction,
    userId: string,
    limits: Record<string, number>,
  ): Promise<void> {
    const { queueLimit, upgradeUrl } = this.parts.config
    const waiting = (await waitingOf(tx, userId)) - 1
    if (waiting < queueLimit) return
    const limit = limits[LIMITS.agentConcurrency] ?? 0
    const details = { limit, waiting, retryAfterSeconds: BUSY_SECONDS, upgradeUrl }
    throw ProvisioningErrors.AGENT_QUEUE_FULL({ limit, waiting }, { details })
  }

  #runsExceeded(limit: number, { period }: Counted) {
    const retryAfterSeconds = secondsLeft(period, new Date())
    const details = { limit, retryAfterSeconds, upgradeUrl: this.parts.config.upgradeUrl }
    return ProvisioningErrors.AGENT_RUNS_EXCEEDED(
      { limit, end: period.end.toISOString() },
      { details },
    )
  }
}
