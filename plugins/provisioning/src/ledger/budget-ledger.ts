import type { Ledger, Reservation, ReservationRequest, Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Config } from '../config.js'
import { LIMITS } from '../entitlements/entitlement.js'
import type { GrantService } from '../entitlements/grant-service.js'
import { ProvisioningErrors } from '../errors.js'
import { hold, lockScopes, takenIn, unhold } from './holds.js'
import { scopesOf } from './scopes.js'
import { isSettled, type UsageBook } from './usage-book.js'

interface Parts {
  db: Database
  grants: GrantService
  usage: UsageBook
  config: Pick<Config, 'spendPerRun' | 'upgradeUrl'>
}

/** What each scope may spend; a scope without a ceiling is absent. */
type Ceilings = ReadonlyMap<string, number>

/**
 * Budgets: what is spent and what is set aside never come to more than a ceiling, whoever asks at once. A
 * reservation that nobody settles or releases, since its process has died, ends by the clock.
 */
export class BudgetLedger implements Ledger {
  constructor(private readonly parts: Parts) {}

  /** @throws BUDGET_EXCEEDED, AMOUNT_INVALID */
  async reserve(request: ReservationRequest): Promise<Reservation> {
    refuseBadAmount(request.amount)
    const { db } = this.parts
    const { scopes, key } = request
    const ceilings = await this.#ceilings(scopes)
    await db.transaction(async (tx) => {
      await lockScopes(tx, scopes)
      // A step that comes again after a crash is not paid for again.
      if (await isSettled(tx, key)) return
      await this.#refuseTooMuch(tx, request, ceilings)
      await hold(tx, request)
    })
    return {
      settle: (amount) => this.#settle(request, ceilings, amount),
      release: async () => {
        await unhold(db, key)
      },
    }
  }

  /** @throws SETTLEMENT_TOO_LARGE, RESERVATION_EXPIRED, AMOUNT_INVALID; then nothing is charged. */
  async #settle(request: ReservationRequest, ceilings: Ceilings, amount: number): Promise<void> {
    refuseBadAmount(amount)
    const { scopes, key, what, amount: reserved } = request
    if (amount > reserved) throw ProvisioningErrors.SETTLEMENT_TOO_LARGE({ what, amount, reserved })
    await this.parts.db.transaction(async (tx) => {
      await lockScopes(tx, scopes)
      const held = await unhold(tx, key)
      if (amount === 0) return
      if (!scopes.every((scope) => amount <= (held.get(scope) ?? 0))) {
        if (await isSettled(tx, key)) return
        await this.#refuseLate(tx, { ...request, amount }, ceilings)
      }
      await this.parts.usage.record(tx, { ...scopesOf(scopes), key, what, amount })
    })
  }

  async #ceilings(scopes: readonly string[]): Promise<Ceilings> {
    const ceilings = new Map<string, number>()
    for (const scope of scopes) {
      const ceiling = await this.#ceilingOf(scope)
      if (ceiling !== undefined) ceilings.set(scope, ceiling)
    }
    return ceilings
  }

  async #ceilingOf(scope: string): Promise<number | undefined> {
    const { userId, runId } = scopesOf([scope])
    if (userId !== null) return this.parts.grants.limit(userId, LIMITS.spend)
    return runId === null ? undefined : this.parts.config.spendPerRun
  }

  async #refuseTooMuch(
    tx: Transaction,
    { what, amount, key }: Pick<ReservationRequest, 'what' | 'amount' | 'key'>,
    ceilings: Ceilings,
  ): Promise<void> {
    for (const [scope, ceiling] of ceilings) {
      const left = ceiling - (await takenIn(tx, scope, key))
      if (amount <= left) continue
      const { upgradeUrl } = this.parts.config
      const details = { scope, amount, left: Math.max(0, left), ceiling, upgradeUrl }
      throw ProvisioningErrors.BUDGET_EXCEEDED({ what, ...details }, { details })
    }
  }

  /** A reservation that has run out may be settled as long as nobody has spent the money meanwhile. */
  async #refuseLate(tx: Transaction, request: ReservationRequest, ceilings: Ceilings) {
    try {
      await this.#refuseTooMuch(tx, request, ceilings)
    } catch (error) {
      throw ProvisioningErrors.RESERVATION_EXPIRED({ what: request.what }, { cause: error })
    }
  }
}

function refuseBadAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0)
    throw ProvisioningErrors.AMOUNT_INVALID({ amount })
}
