import type Stripe from 'stripe'
import type { BillingParams } from '../src/subscriptions/billing.js'
import { backOf, disputedOf, isClear, type Booked, type Period } from './booked.js'
import { isFee, line, sumOf, type Line } from './book-lines.js'

/** Lengths in days; prices are a whole number of minor units a day. */
export interface Plan {
  price: number
  length: number
}

/** Books of one subscription as Stripe keeps them, and beside them what its running period is really worth. */
export class StripeBooks {
  now = 0
  seats = 1
  /** All that money has paid and that was not given back. */
  money = 0
  /** Whether Stripe has given credit by rules of its own. */
  byPortal = false
  protected start = 0
  /** Since when the plan and its seats are what they are. */
  protected since = 0
  balance = 0
  protected period: Period = { worth: 0, isRefunded: false }
  /** For the next invoice, the newest first. */
  protected waiting: Line[] = []
  protected readonly booked: Booked[] = []
  protected readonly takenOff: { at: number; amount: number }[] = []

  constructor(public plan: Plan) {
    this.#begin('subscription_create')
  }

  get worth() {
    return this.period.worth
  }

  /** Whether something was given back of the running period, or of one whose credit may have paid for it. */
  get isRefunded() {
    return this.period.isRefunded || this.#isOnDoubtfulCredit
  }

  /** What was given back of an earlier period may have been its credit by then, with which this one was paid. */
  get #isOnDoubtfulCredit() {
    const isDrawn = this.running().some(
      ({ cash, ahead, beside }) => ahead > 0 && cash < ahead + beside,
    )
    return isDrawn && this.booked.some(({ period }) => period.isRefunded)
  }

  protected get end() {
    return this.start + this.plan.length
  }

  /** What may be lost of the time ahead by the disputes that are open. */
  get disputed() {
    return this.running().reduce((sum, it) => sum + disputedOf(it), 0)
  }

  /** Whether the amounts alone tell what each refund was for. */
  get isCertain() {
    if (this.#isOnDoubtfulCredit) return false
    return this.running().every(isClear)
  }

  advance(days: number) {
    this.now = Math.min(this.now + days, this.end)
    if (this.now < this.end) return
    this.start = this.now
    this.#begin('subscription_cycle')
  }

  /** A fee that waits for the next invoice. */
  addFee(amount: number) {
    this.waiting.unshift(line(amount, this.now, 'fee'))
  }

  /** A fee that is invoiced on its own. */
  billFee(amount: number) {
    this.#write('manual', [line(amount, this.now, 'fee')], amount)
  }

  /** Changes seats as the portal may: what it costs waits. */
  changeByPortal(seats: number) {
    this.byPortal = true
    this.waiting.unshift(...this.prorations(this.plan, seats))
    this.#become(this.plan, seats)
  }

  /** What a change would give back for the rest of the period, with what waits of earlier ones. */
  protected creditFor(plan: Plan, seats: number, from: number) {
    const [credit] = this.prorations(plan, seats, from) as [Line, Line]
    return -credit.amount - sumOf(this.waiting.filter((it) => !isFee(it)))
  }

  /** Changes the plan as Stripe is told to; undefined where it refuses. */
  protected carryOut(plan: Plan, seats: number, billing: BillingParams) {
    const { proration_date: from = this.now, billing_cycle_anchor: anew } = billing
    if (from < this.start || from > this.end) return undefined
    const [credit, charge] = this.prorations(plan, seats, from) as [Line, Line]
    const trueCredit = this.creditFor(plan, seats, from)
    const sameRhythm = plan.length === this.plan.length
    if (anew || !sameRhythm) this.start = this.now
    this.#become(plan, seats)
    if (anew) {
      this.#begin('subscription_update')
      return {}
    }
    // A period of another length that no credit for this one has paid is on books of its own.
    const isApart = !sameRhythm && credit.amount === 0
    if (isApart) this.period = { worth: charge.amount, isRefunded: false }
    else this.period.worth += charge.amount - trueCredit
    this.#book('subscription_update', [credit, sameRhythm ? charge : this.#whole()])
    return { trueCredit }
  }

  /**
   * Gives back the fee of an invoice, what it charges for the plan in the time ahead, or all of it; or a part, where
   * it has no fee, which is for the plan first.
   */
  refund(index: number, what: 'fee' | 'plan' | 'all' | number) {
    const it = this.#at(index)
    const left = it.cash - backOf(it) - it.disputed
    const isFirst = backOf(it) === 0
    const amounts = { fee: isFirst ? it.fee : 0, plan: isFirst ? it.ahead : 0, all: left }
    const part = it.fee === 0 ? Math.min(left, Number(what)) : 0
    const amount = typeof what === 'number' ? part : amounts[what]
    if (amount <= 0 || amount > left) return
    const isPlanFirst = what === 'plan' || typeof what === 'number'
    const forAhead = isPlanFirst
      ? Math.min(amount, Math.max(0, it.ahead) - it.aheadBack)
      : amount - Math.min(amount, it.beside - it.besideBack)
    it.aheadBack += forAhead
    it.besideBack += amount - forAhead
    it.period.worth -= forAhead
    it.period.isRefunded = true
    this.money -= amount
    // As whoever refunds has to: of credit that is still there.
    const takenOff = Math.min(this.balance, forAhead)
    this.balance -= takenOff
    this.takenOff.push({ at: this.booked.length, amount: takenOff })
  }

  dispute(index: number) {
    const it = this.#at(index)
    it.disputed += it.cash - backOf(it) - it.disputed
    it.period.isRefunded = true
  }

  decide(index: number, isLost: boolean) {
    const it = this.#at(index)
    it.disputed = 0
    if (isLost) this.refund(index, 'all')
  }

  /** Of all invoices, from the newest. */
  #at(index: number) {
    return this.booked.at(-1 - (index % this.booked.length)) as Booked
  }

  /** The invoices of the running period. */
  protected running() {
    return this.booked.filter(({ period }) => period === this.period)
  }

  protected prorations(plan: Plan, seats: number, from = this.now): Line[] {
    const rest = (of: Plan, count: number, days: number) => (of.price * count * days) / of.length
    const days = this.end - from
    const isWhole = plan.length !== this.plan.length
    return [
      line(-rest(this.plan, this.seats, days), this.end, 'proration'),
      line(rest(plan, seats, isWhole ? plan.length : days), this.end, 'proration'),
    ]
  }

  #become(plan: Plan, seats: number) {
    this.plan = plan
    this.seats = seats
    this.since = this.now
  }

  #whole = () => line(this.plan.price * this.seats, this.end, 'period')

  #begin(reason: Stripe.Invoice.BillingReason) {
    this.period = { worth: this.plan.price * this.seats, isRefunded: false }
    this.#book(reason, [this.#whole()])
  }

  #book(reason: Stripe.Invoice.BillingReason, made: Line[]) {
    const lines = [...made, ...this.waiting]
    const fee = sumOf(lines.filter(isFee))
    this.waiting = []
    this.#write(reason, lines, fee)
  }

  #write(reason: Stripe.Invoice.BillingReason, lines: Line[], fee: number) {
    const total = sumOf(lines)
    const starting_balance = -this.balance
    const byBalance = Math.min(this.balance, total)
    this.balance -= byBalance
    const cash = total - byBalance
    this.money += cash
    const ahead = sumOf(lines.filter(({ period }) => period.end > this.now))
    const beside = fee + Math.max(0, total - fee - ahead)
    const invoice = {
      ...{ billing_reason: reason, created: this.now, status: 'paid', total, amount_paid: cash },
      ...{ starting_balance, ending_balance: -this.balance },
    }
    const none = { aheadBack: 0, besideBack: 0, disputed: 0 }
    const of = { cash, ahead, fee, beside, ...none }
    const period = this.period
    this.booked.push({ invoice: invoice as Stripe.Invoice, lines, period, ...of })
  }
}
