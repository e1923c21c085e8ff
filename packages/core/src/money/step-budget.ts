import type { Step } from '../agents/step.js'
import { refuseBadAmount } from './amount.js'
import type { CodeBudget } from './code-budget.js'
import { Ledger } from './ledger.js'
import { Price } from './price.js'
import type { Purse } from './purse.js'
import { SetAside } from './set-aside.js'

// A reservation outlives the call that it is for, however late its end is noticed.
const LATEST_MS = 60_000

/** The money of one step: what its code has set aside and not spent, it gives back when it ends. */
export class StepBudget {
  /** What is set aside, with the code that did it. */
  #open: Map<Promise<SetAside>, CodeBudget> | undefined
  #price: Price | undefined

  constructor(
    private readonly step: Step,
    private readonly purse: Purse | undefined,
  ) {}

  /** What the step itself costs. */
  get price(): Price {
    const { definition, idempotencyKey } = this.step
    const { price } = definition
    return (this.#price ??= new Price(price, () => this.#setAside(price, idempotencyKey)))
  }

  /** @param place where in the step the code is: the same when the step is tried again, so that the customer pays once. */
  reserve(code: CodeBudget, amount: number, place: string): Promise<SetAside> {
    const open = (this.#open ??= new Map())
    const over = () => open.delete(opening)
    const opening = this.#setAside(amount, `${this.step.idempotencyKey}$${place}`, over)
    open.set(opening, code)
    opening.catch(over)
    return opening
  }

  /** To be called each time before the step's own code is. Gives back what the attempt before has left. */
  enter(): Promise<unknown> | undefined {
    if (!this.#open) return undefined
    return giveBack([...this.#open].flatMap(([opening, code]) => (code.isOver ? opening : [])))
  }

  /** To be called when the caller is given the answer. */
  pay(): Promise<void> | undefined {
    return this.#price?.pay()
  }

  /** To be called when the step ends: gives back what is not spent. */
  close(): Promise<unknown> | undefined {
    const price = this.#price?.close()
    const open = this.#open && giveBack([...this.#open.keys()])
    return price && open ? Promise.all([price, open]) : (price ?? open)
  }

  async #setAside(amount: number, key: string, over?: () => void): Promise<SetAside> {
    const { definition, run, surroundings } = this.step
    const { name: what, timeoutMs } = definition
    refuseBadAmount(amount)
    const { id, principal, log } = run
    const scopes = [`run:${id}`, ...(principal ? [`user:${principal.userId}`] : [])]
    const { purse } = this
    purse?.take(amount, what)
    try {
      // An attempt, a question about it, and what stands around have each their time.
      const longest = 'reconcile' in definition ? 3 * timeoutMs : timeoutMs
      const request = { scopes, what, amount, key, ttlMs: longest + LATEST_MS }
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
  return Promise.allSettled(left.map(async (one) => (await one).release()))
}
