import type Stripe from 'stripe'
import type { Billed } from './billed.js'
import type { GivenBack } from './given-back.js'
import { keptOfInvoice, type Kept } from './kept-of-invoice.js'

/** A paid invoice, and what was given back of it, as far as that was asked. */
export interface PaidInvoice {
  invoice: Stripe.Invoice
  billed: Billed
  back: GivenBack
}

/** One period of a subscription, by its paid invoices. */
export class Period {
  readonly invoices: PaidInvoice[] = []

  /** @param credited what the period after this one has given back for it, in minor units. */
  constructor(readonly credited = 0) {}

  add(invoice: Stripe.Invoice, billed: Billed): void {
    this.invoices.push({ invoice, billed, back: { back: 0, disputed: 0 } })
  }

  /** Whether some of it was paid by credit that may be of earlier periods. */
  get isDrawn(): boolean {
    return this.invoices.some(({ billed }) => billed.drawn > 0)
  }

  /** Whether credit was given for it: what was kept of it has to be as much. */
  get isCredited(): boolean {
    return this.credited > 0 || this.invoices.some(({ billed }) => billed.ahead < 0)
  }

  /** What is left of it, and what of it was paid by credit that may be of earlier periods. Minor units. */
  get kept(): Kept & { drawn: number } {
    const sum = { left: -this.credited, unclear: 0, disputed: 0, drawn: 0 }
    for (const { billed, back } of this.invoices) {
      const { left, unclear, disputed } = keptOfInvoice(billed, back)
      sum.left += left
      sum.unclear += unclear
      sum.disputed += disputed
      sum.drawn += billed.drawn
    }
    return sum
  }
}
