import { html, type Html } from './html.js'
import { createCard, createDebit } from '../payments/payment-method.js'
import type { PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What a form of a hosted page was filled in with. */
export type Form = Record<string, unknown>

export const field = (form: Form, name: string): string => {
  const value = form[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** The fields for a card or a bank debit. */
export const paymentFields = (form: Form): Html =>
  html`<fieldset>
    <legend>Payment method</legend>
    <label class="inline">
      <input type="radio" name="type" value="card" ${checked(field(form, 'type') !== 'debit')} />
      Card
    </label>
    <label class="inline">
      <input type="radio" name="type" value="debit" ${checked(field(form, 'type') === 'debit')} />
      Bank debit, which pays two days later
    </label>
    <div class="card">
      <label for="number">Card number</label>
      <input
        id="number"
        name="number"
        inputmode="numeric"
        autocomplete="cc-number"
        placeholder="4242 4242 4242 4242"
        value="${field(form, 'number')}"
      />
      <label for="expires">Expires (MM / YY)</label>
      <input id="expires" name="expires" autocomplete="cc-exp" placeholder="12 / 34" />
      <label for="cvc">Security code</label>
      <input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="123" />
      ${hints([
        ['4242 4242 4242 4242', 'pays'],
        ['4000 0000 0000 0002', 'is declined'],
        ['4000 0025 0000 3155', 'asks for authentication'],
        ['4000 0000 0000 0341', 'pays no renewals'],
      ])}
    </div>
    <div class="debit">
      <label for="iban">IBAN</label>
      <input
        id="iban"
        name="iban"
        placeholder="DE89 3704 0044 0532 0130 00"
        value="${field(form, 'iban')}"
      />
      ${hints([
        ['DE89 3704 0044 0532 0130 00', 'pays later'],
        ['DE62 3704 0044 0532 0130 01', 'fails later'],
      ])}
    </div>
  </fieldset>`

const hints = (all: [number: string, what: string][]): Html =>
  html`<ul class="hints">
    ${all.map(([number, what]) => html`<li><span class="fixed">${number}</span> ${what}</li>`)}
  </ul>`

const checked = (is: boolean) => (is ? html`checked` : '')

/** The payment method that was filled in. */
export function filledMethod(tx: Transaction, form: Form): PaymentMethod {
  const billing = { email: field(form, 'email') || null, name: field(form, 'name') || null }
  if (field(form, 'type') === 'debit') return createDebit(tx, field(form, 'iban'), billing)
  return createCard(tx, field(form, 'number'), billing, expiry(field(form, 'expires')))
}

function expiry(text: string): { exp_month?: number; exp_year?: number } {
  const [, month, year] = /^(\d{1,2})\s*\/\s*(\d{2}|\d{4})$/.exec(text) ?? []
  if (month === undefined || year === undefined) return {}
  return {
    exp_month: Number(month),
    exp_year: year.length === 2 ? 2000 + Number(year) : Number(year),
  }
}
