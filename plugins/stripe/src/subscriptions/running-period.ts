import type Stripe from 'stripe'
import type { GivenBack } from './given-back.js'
import { earlierOf, isAhead, isCredit, isProration } from './invoice-line.js'
import { aheadOf, keptOfInvoice, type Kept } from './kept-of-invoice.js'

/** What is left of the invoices of one period. Minor units. */
interface Period extends Kept {
  /** What of it was paid by credit that may be of earlier periods. */
  drawn: number
}

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
  readonly #periods: Period[] = [nothing()]
  /** By the period before these. */
  #credited = 0

  /**
   * Adds the next invoice, the newest first.
   *
   * @returns whether the one before it counts too.
   */
  add(invoice: Stripe.Invoice, lines: readonly Stripe.InvoiceLineItem[], back: GivenBack): boolean {
    const period = this.#periods.at(-1) as Period
    if (invoice.status === 'paid') {
      const { left, unclear, disputed } = keptOfInvoice(invoice, lines, back)
      period.left += left
      period.unclear += unclear
      period.disputed += disputed
      const credited = Math.max(0, -earlierOf(invoice, lines))
      period.drawn += Math.min(drawnBy(invoice) + credited, Math.max(0, aheadOf(invoice, lines)))
      this.#credited += credited
    }
    if (!beginsAnew(invoice, lines)) return true
    const hadCredit = invoice.starting_balance < 0 || this.#credited > 0
    if (!hadCredit || this.#periods.every(({ drawn }) => drawn === 0)) return false
    this.#periods.push({ ...nothing(), left: -this.#credited })
    this.#credited = 0
    return true
  }

  /** Whether the balance that has paid for something may have been credit that is owed. */
  get isDoubtful(): boolean {
    const ofEarlier = this.#periods.slice(1)
    return ofEarlier.some(({ left, disputed }) => left < disputed)
  }

  /** @param takenOff what was taken off the customer's balance by hand meanwhile: that is not owed any more. */
  kept(takenOff = 0): Kept {
    const sure = new Debt(takenOff)
    const ifLost = new Debt(takenOff)
    let kept: Kept = nothing()
    for (const { left, unclear, disputed, drawn } of this.#periods.toReversed()) {
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

const nothing = (): Period => ({ left: 0, unclear: 0, disputed: 0, drawn: 0 })

/** What of the customer's credit an invoice was paid with; a balance below zero is credit. */
function drawnBy({ starting_balance: from, ending_balance: to }: Stripe.Invoice): number {
  return Math.max(0, Math.min(0, to ?? from) - Math.min(0, from))
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
