import type Stripe from 'stripe'
import { billedOf } from './billed.js'
import { isAhead, isCredit, isProration } from './invoice-line.js'
import type { Kept } from './kept-of-invoice.js'
import { Period, type PaidInvoice } from './period.js'

/**
 * Adds up what is left of the paid invoices of a subscription's running period. A period that a change began was
 * paid in part by the credit for the one before it, so the invoices of that one count too, and so on. What was
 * given back counts for the time that has passed first: that is why time which has passed is not taken off.
 *
 * Where the customer's balance has paid for a part, or credit that waited for the invoice, an earlier period may have
 * given that, for what was given back since. So earlier periods are looked at for as long as there was credit when they
 * began. What they have credited beyond what was kept of them is owed, and may be what was paid with.
 */
export class RunningPeriod {
  /** The newest first. */
  readonly #periods = [new Period()]
  /** For the period before these. */
  #credited = 0

  /**
   * Adds the next invoice, the newest first.
   *
   * @param lines all of the invoice's.
   * @returns whether the one before it counts too.
   */
  add(invoice: Stripe.Invoice, lines: readonly Stripe.InvoiceLineItem[]): boolean {
    if (invoice.status === 'paid') {
      const billed = billedOf(invoice, lines)
      this.#periods.at(-1)?.add(invoice, billed)
      this.#credited += billed.credited
    }
    if (!beginsAnew(invoice, lines)) return true
    const hadCredit = invoice.starting_balance < 0 || this.#credited > 0
    if (!hadCredit || !this.#periods.some(({ isDrawn }) => isDrawn)) return false
    this.#periods.push(new Period(this.#credited))
    this.#credited = 0
    return true
  }

  /**
   * The invoices of which it matters what was given back, the oldest period first. It has to be set of each before the
   * next is taken: an earlier period that was not credited owes nothing, whatever was given back of it, unless an even
   * earlier one does.
   */
  *inQuestion(): Generator<PaidInvoice> {
    const [running, ...earlier] = this.#periods
    for (const period of earlier.toReversed())
      if (period.isCredited || this.isDoubtful) yield* period.invoices
    yield* running?.invoices ?? []
  }

  /** Whether the balance that has paid for something may have been credit that is owed. */
  get isDoubtful(): boolean {
    const ofEarlier = this.#periods.slice(1).map(({ kept }) => kept)
    return ofEarlier.some(({ left, disputed }) => left < disputed)
  }

  /** @param takenOff what was taken off the customer's balance by hand meanwhile: that is not owed any more. */
  kept(takenOff = 0): Kept {
    const sure = new Debt(takenOff)
    const ifLost = new Debt(takenOff)
    let kept: Kept = { left: 0, unclear: 0, disputed: 0 }
    for (const period of this.#periods.toReversed()) {
      const { left, unclear, disputed, drawn } = period.kept
      const unpaid = sure.spend(drawn)
      const unpaidIfLost = ifLost.spend(drawn)
      kept = {
        left: left - unpaid,
        unclear: unclear + unpaid,
        disputed: disputed + unpaidIfLost - unpaid,
      }
      sure.add(-kept.left)
      ifLost.add(kept.disputed - kept.left)
    }
    return kept
  }
}

/** Credit beyond what was kept, until it is spent. */
class Debt {
  #owed = 0
  #takenOff: number

  constructor(takenOff: number) {
    this.#takenOff = takenOff
  }

  /** Of nothing, where it is below zero. */
  add(credit: number) {
    this.#owed += Math.max(0, credit)
    const settled = Math.min(this.#owed, this.#takenOff)
    this.#owed -= settled
    this.#takenOff -= settled
  }

  /** @returns what of a payment by the balance was paid by it. */
  spend(drawn: number): number {
    const spent = Math.min(drawn, this.#owed)
    this.#owed -= spent
    return spent
  }
}

/**
 * Whether an invoice is for a whole period, and nothing of the one before it was counted, as by a change to another
 * interval, or by a pause that gave the rest of its period back.
 */
function beginsAnew(invoice: Stripe.Invoice, lines: readonly Stripe.InvoiceLineItem[]): boolean {
  if (lines.some((line) => isCredit(line) && isAhead(line, invoice))) return false
  if (PERIODS.includes(invoice.billing_reason ?? '')) return true
  if (invoice.billing_reason !== 'subscription_update') return false
  // What was used may be billed with a change, and begins nothing.
  return lines.some((line) => isAhead(line, invoice) && !isProration(line))
}

const PERIODS = ['subscription_create', 'subscription_cycle']
