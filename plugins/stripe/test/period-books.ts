import type Stripe from 'stripe'
import { billingParams, type BillingParams } from '../src/subscriptions/billing.js'
import type { Kept } from '../src/subscriptions/kept-of-invoice.js'
import { refuseLate } from '../src/subscriptions/period-ending.js'
import { restOf } from '../src/subscriptions/rest-of-period.js'
import { RunningPeriod } from '../src/subscriptions/running-period.js'
import { verdictOnRest } from '../src/subscriptions/verdict-on-rest.js'
import { idOf, isFee, sumOf, type Line } from './book-lines.js'
import { backOf, type Booked } from './booked.js'
import { StripeBooks, type Plan } from './stripe-books.js'

/** Between a preview and a change, and until that is carried out, in days. */
export interface Delays {
  age: number
  takes: number
}
const AT_ONCE: Delays = { age: 0, takes: 0 }
/** What a day of these books takes, so that a change can take one. */
const SECONDS = 60

/** What came of a change that was asked for. */
interface Outcome {
  /** Whether another period had begun when it reached Stripe. */
  isOver: boolean
  isRefused: boolean
  /** What was put to the customer's balance, and what of it for the rest of the period. */
  credited: number
  trueCredit?: number
}

/** What Stripe shows of the lines of a preview. */
const SHOWN = 10

/** Books as Stripe keeps them, and changes by our rules. */
export class PeriodBooks extends StripeBooks {
  /**
   * Changes the plan by our rules, and says what they were, what was at stake, and what came of it.
   *
   * @param age of the preview from which it is counted, as far as that is of this period and of the same plan.
   * @param takes so long until it reaches Stripe: its period may be over then.
   */
  change(plan: Plan, seats: number, { age, takes }: Delays = AT_ONCE) {
    const moment = Math.max(this.start, this.since, this.now - age)
    const isMore = plan === this.plan && seats > this.seats
    const rest = this.#rest(this.prorations(plan, seats, moment))
    const trueCredit = this.creditFor(plan, seats, moment)
    const { worth, disputed, isRefunded, isCertain, money, balance, byPortal } = this
    const before = { worth, disputed, isRefunded, isCertain, money, balance, byPortal }
    const verdict = verdictOnRest(rest, this.#kept(), isMore)
    const isLate = verdict === 'anew' && this.#isLate()
    const isAsked = verdict !== 'uncertain' && !isLate
    const none: Outcome = { isOver: false, isRefused: false, credited: 0 }
    const done = isAsked ? this.#ask(plan, seats, billingParams(verdict, moment), takes) : none
    return { verdict, ...rest, trueCredit, isMore, ...before, isLate, ...done }
  }

  #ask(plan: Plan, seats: number, billing: BillingParams, takes: number): Outcome {
    const { period } = this
    this.advance(takes)
    const isOver = this.period !== period
    const { balance } = this
    const done = this.carryOut(plan, seats, billing)
    return { isOver, isRefused: !done, ...done, credited: this.balance - balance }
  }

  #isLate() {
    try {
      refuseLate('active', (this.end - this.now) * SECONDS)
      return false
    } catch {
      return true
    }
  }

  /** What our rules make of a preview, of which Stripe shows the first lines. */
  #rest(made: Line[]) {
    const all = [...made, ...this.waiting]
    const lines = { data: all.slice(0, SHOWN), has_more: all.length > SHOWN }
    const waiting = this.waiting.map((it) => [idOf(it), isFee(it) ? 'other' : 'change'] as const)
    const preview = { lines, total: sumOf(all) } as Stripe.Invoice
    return restOf(preview, new Map(waiting))
  }

  #kept(): Kept {
    const period = new RunningPeriod()
    let at = this.booked.length
    for (const { invoice, lines } of this.booked.toReversed()) {
      at -= 1
      if (!period.add(invoice, lines)) break
    }
    for (const paid of period.inQuestion()) {
      const it = this.booked.find(({ invoice }) => invoice === paid.invoice) as Booked
      paid.back = { back: backOf(it), disputed: it.disputed }
    }
    const since = this.takenOff.filter((it) => it.at > at)
    return period.kept(since.reduce((sum, { amount }) => sum + amount, 0))
  }
}
