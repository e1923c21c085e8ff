import { setTimeout as delay } from 'node:timers/promises'
import type { Bounds } from '../agents/bounds.js'
import { titleOf, type Step } from '../agents/step.js'
import { CoreErrors } from '../core-errors.js'
import { refuseBadAmount } from './amount.js'
import type { Budget } from './budget.js'
import { Ledger } from './ledger.js'
import { Purse } from './purse.js'
import { SetAside } from './set-aside.js'

// A reservation outlives the call that it is for, however late its end is noticed.
const LATEST_MS = 60_000
/** How long a step waits for a ledger that does not answer, before it ends nevertheless. */
const GRACE_MS = 1_000

/** The budget of one step: what it has set aside and not spent, it gives back when it ends. */
export class StepBudget implements Budget {
  /** Of the agent itself, where it has a budget; else of an agent around. */
  readonly purse: Purse | undefined
  /** By the code of the attempt that is under way. */
  #open: Set<Promise<SetAside>> | undefined
  /** By the kernel, around that. */
  #price: Set<Promise<SetAside>> | undefined
  #closed = false

  constructor(
    private readonly step: Step,
    private readonly bounds: Bounds,
  ) {
    const { definition, purse } = step
    const own = 'budget' in definition ? definition.budget : Infinity
    this.purse = own < Infinity ? new Purse(definition.name, own, purse) : purse
  }

  get left(): number {
    return this.purse?.left ?? Infinity
  }

  reserve(amount: number): Promise<SetAside> {
    // The same when the step is tried again, so that the customer pays once.
    const key = `${this.step.idempotencyKey}$${this.bounds.place()}`
    return this.#track((this.#open ??= new Set()), amount, key)
  }

  /** Sets the price of an attempt to make the step's call aside. */
  reservePrice(): Promise<SetAside> {
    const { definition, idempotencyKey } = this.step
    return this.#track((this.#price ??= new Set()), definition.price, idempotencyKey)
  }

  /** To be called each time before the step's own code is. Gives back what the attempt before has left. */
  enter(): Promise<unknown> | undefined {
    return this.#open && giveBack([...this.#open])
  }

  /** To be called when the step ends: sets nothing aside any more, and gives back what is. */
  close(): Promise<unknown> | undefined {
    this.#closed = true
    if (!this.#open && !this.#price) return undefined
    return giveBack([...(this.#open ?? []), ...(this.#price ?? [])])
  }

  #track(open: Set<Promise<SetAside>>, amount: number, key: string): Promise<SetAside> {
    const opening = this.#setAside(amount, key, () => open.delete(opening))
    open.add(opening)
    opening.catch(() => open.delete(opening))
    return opening
  }

  async #setAside(amount: number, key: string, over: () => void): Promise<SetAside> {
    const { definition, run, surroundings } = this.step
    const { name: what, timeoutMs } = definition
    refuseBadAmount(amount)
    if (this.#closed) throw CoreErrors.RUN_ENDED({ what: titleOf(this.step) })
    const { id, principal, log } = run
    const scopes = [`run:${id}`, ...(principal ? [`user:${principal.userId}`] : [])]
    const { purse } = this
    purse?.take(amount, what)
    try {
      const request = { scopes, what, amount, key, ttlMs: timeoutMs + LATEST_MS }
      const held = await surroundings.get(Ledger).reserve(request)
      return new SetAside({ what, amount, held, purse, log, over })
    } catch (error) {
      purse?.giveBack(amount)
      throw error
    }
  }
}

function giveBack(left: readonly Promise<SetAside>[]): Promise<unknown> | undefined {
  if (left.length === 0) return undefined
  const released = Promise.allSettled(left.map(async (one) => (await one).release()))
  return Promise.race([released, delay(GRACE_MS, undefined, { ref: false })])
}
