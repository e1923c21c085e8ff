import type Stripe from 'stripe'
import { RunningPeriod } from '../src/subscriptions/running-period.js'
import type { Kept } from '../src/subscriptions/kept-of-invoice.js'
import { restOf } from '../src/subscriptions/rest-of-period.js'
import { verdictOnRest } from '../src/subscriptions/verdict-on-rest.js'

/** Lengths in days; prices are a whole number of minor units a day. */
export interface Plan {
  price: number
  length: number
}

type Line = Stripe.InvoiceLineItem
/** A time on books of its own, that began with nothing of the time before it counted. */
interface Period {
  /** What was paid for it, by whatever, and was not given back or credited since. */
  worth: number
  isRefunded: boolean
}

interface Booked {
  invoice: Stripe.Invoice
  lines: Line[]
  period: Period
  /** What of it was paid by card. */
  cash: number
  /** What it charges for the plan in the time ahead, a fee, and both a fee and earlier changes that have waited. */
  ahead: number
  fee: number
  beside: number
  /** What was given back for the time ahead, and for what was charged beside it. */
  aheadBack: number
  besideBack: number
  disputed: number
}

/** What Stripe shows of the lines of a preview. */
const SHOWN = 10

/** Books of one subscription as Stripe keeps them, and beside them what its running period is really worth. */
export class PeriodBooks {
  now = 0
  seats = 1
  /** All that money has paid and that was not given back. */
  money = 0
  /** Whether Stripe has given credit by rules of its own. */
  byPortal = false
  #start = 0
  balance = 0
  #period: Period = { worth: 0, isRefunded: false }
  /** For the next invoice, the newest first. */
  #waiting: Line[] = []
  readonly #booked: Booked[] = []
  readonly #takenOff: { at: number; amount: number }[] = []

  constructor(public plan: Plan) {
    this.#begin('subscription_create')
  }

  get worth() {
    return this.#period.worth
  }

  /** Whether something was given back of the running period, or of one whose credit may have paid for it. */
  get isRefunded() {
    return this.#period.isRefunded || this.#isOnDoubtfulCredit
  }

  /** What was given back of an earlier period may have been its credit by then, with which this one was paid. */
  get #isOnDoubtfulCredit() {
    const isDrawn = this.#running().some(
      ({ cash, ahead, beside }) => ahead > 0 && cash < ahead + beside,
    )
    return isDrawn && this.#booked.some(({ period }) => period.isRefunded)
  }

  get #end() {
    return this.#start + this.plan.length
  }

  /** What may be lost of the time ahead by the disputes that are open. */
  get disputed() {
    const ofOne = ({ disputed, ahead, aheadBack }: Booked) =>
      Math.min(disputed, Math.max(0, ahead) - aheadBack)
    return this.#running().reduce((sum, it) => sum + ofOne(it), 0)
  }

  /** Whether the amounts alone tell what each refund was for. */
  get isCertain() {
    if (this.#isOnDoubtfulCredit) return false
    return this.#running().every((it) => {
      const back = backOf(it)
      const isThePlan = it.besideBack === 0 && back === it.ahead
      return (
        back === 0 ||
        it.beside === 0 ||
        it.ahead <= 0 ||
        back === it.ahead + it.beside ||
        (isThePlan && it.beside < it.ahead && back < it.cash)
      )
    })
  }

  advance(days: number) {
    this.now = Math.min(this.now + days, this.#end)
    if (this.now < this.#end) return
    this.#start = this.now
    this.#begin('subscription_cycle')
  }

  /** A fee that waits for the next invoice. */
  addFee(amount: number) {
    this.#waiting.unshift(line(amount, this.now, 'fee'))
  }

  /** A fee that is invoiced on its own. */
  billFee(amount: number) {
    this.#write('manual', [line(amount, this.now, 'fee')], amount)
  }

  /** Changes seats as the portal may: what it costs waits. */
  changeByPortal(seats: number) {
    this.byPortal = true
    this.#waiting.unshift(...this.#prorations(this.plan, seats))
    this.seats = seats
  }

  /** Changes the plan by our rules, and says what they were, and what was at stake. */
  change(plan: Plan, seats: number) {
    const [credit, charge] = this.#prorations(plan, seats) as [Line, Line]
    const isMore = plan === this.plan && seats > this.seats
    const rest = this.#rest([credit, charge])
    const trueCredit = -credit.amount - sumOf(this.#waiting.filter((it) => !isFee(it)))
    const { worth, disputed, isRefunded, isCertain, money, balance, byPortal } = this
    const before = { worth, disputed, isRefunded, isCertain, money, balance, byPortal }
    const verdict = verdictOnRest(rest, this.#kept(), isMore)
    if (verdict !== 'uncertain') {
      const sameRhythm = plan.length === this.plan.length
      if (verdict === 'anew' || !sameRhythm) this.#start = this.now
      this.plan = plan
      this.seats = seats
      if (verdict === 'anew') this.#begin('subscription_update')
      else {
        // A period of another length that no credit for this one has paid is on books of its own.
        const isApart = !sameRhythm && credit.amount === 0
        if (isApart) this.#period = { worth: charge.amount, isRefunded: false }
        else this.#period.worth += charge.amount - trueCredit
        this.#book('subscription_update', [credit, sameRhythm ? charge : this.#whole()])
      }
    }
    return { verdict, ...rest, trueCredit, isMore, ...before, credited: this.balance - balance }
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
    this.#takenOff.push({ at: this.#booked.length, amount: takenOff })
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
    return this.#booked.at(-1 - (index % this.#booked.length)) as Booked
  }

  /** The invoices of the running period. */
  #running() {
    return this.#booked.filter(({ period }) => period === this.#period)
  }

  /** What our rules make of a preview, of which Stripe shows the first lines. */
  #rest(made: Line[]) {
    const all = [...made, ...this.#waiting]
    const lines = { data: all.slice(0, SHOWN), has_more: all.length > SHOWN }
    const waiting = this.#waiting.map((it) => [idOf(it), isFee(it) ? 'other' : 'change'] as const)
    const preview = { lines, total: sumOf(all) } as Stripe.Invoice
    return restOf(preview, new Map(waiting))
  }

  #kept(): Kept {
    const period = new RunningPeriod()
    let at = this.#booked.length
    for (const { invoice, lines } of this.#booked.toReversed()) {
      at -= 1
      if (!period.add(invoice, lines)) break
    }
    for (const paid of period.inQuestion()) {
      const it = this.#booked.find(({ invoice }) => invoice === paid.invoice) as Booked
      paid.back = { back: backOf(it), disputed: it.disputed }
    }
    const since = this.#takenOff.filter((it) => it.at > at)
    return period.kept(since.reduce((sum, { amount }) => sum + amount, 0))
  }

  #prorations(plan: Plan, seats: number): Line[] {
    const rest = (of: Plan, count: number, days: number) => (of.price * count * days) / of.length
    const days = this.#end - this.now
    const isWhole = plan.length !== this.plan.length
    return [
      line(-rest(this.plan, this.seats, days), this.#end, 'proration'),
      line(rest(plan, seats, isWhole ? plan.length : days), this.#end, 'proration'),
    ]
  }

  #whole = () => line(this.plan.price * this.seats, this.#end, 'period')

  #begin(reason: Stripe.Invoice.BillingReason) {
    this.#period = { worth: this.plan.price * this.seats, isRefunded: false }
    this.#book(reason, [this.#whole()])
  }

  #book(reason: Stripe.Invoice.BillingReason, made: Line[]) {
    const lines = [...made, ...this.#waiting]
    const fee = sumOf(lines.filter(isFee))
    this.#waiting = []
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
    const period = this.#period
    this.#booked.push({ invoice: invoice as Stripe.Invoice, lines, period, ...of })
  }
}

const backOf = ({ aheadBack, besideBack }: Booked) => aheadBack + besideBack

const sumOf = (lines: readonly Line[]) => lines.reduce((sum, { amount }) => sum + amount, 0)

const isFee = ({ parent }: Line) => Boolean(parent?.invoice_item_details)

const idOf = ({ parent }: Line) =>
  (parent?.invoice_item_details ?? parent?.subscription_item_details)?.invoice_item ?? ''

let made = 0

function line(amount: number, end: number, of: 'period' | 'proration' | 'fee'): Line {
  const invoice_item = of === 'period' ? null : `ii_${made++}`
  const details = { invoice_item, proration: of === 'proration' }
  const parent =
    of === 'fee' ? { invoice_item_details: details } : { subscription_item_details: details }
  return { amount, period: { start: 0, end }, parent } as unknown as Line
}
