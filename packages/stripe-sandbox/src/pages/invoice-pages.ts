import type { Router } from '@koa/router'
import { formatMoney } from '@titanforge/core/currency'
import type { RequestState } from '../http/request-state.js'
import { StripeError } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { attach } from '../payments/payment-method.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import type { World } from '../world/world.js'
import { html } from './html.js'
import { momentFor } from './moment-for.js'
import { date, page } from './page.js'
import { filledMethod, paymentFields, type Form } from './payment-fields.js'

/** An invoice for people: its lines, and a form to pay it with while it is open. */
export function invoicePages(router: Router<RequestState>, world: World): void {
  router.get(['/i/:id', '/i/:id/pdf'], (ctx) => {
    ctx.type = 'html'
    ctx.body = world.imagine((tx) => invoicePage(tx, tx.get('invoice', String(ctx.params.id)), {}))
  })

  router.post('/i/:id', (ctx) => {
    const id = String(ctx.params.id)
    const { form } = ctx.state
    try {
      const next = world.run((tx) => pay(tx, tx.get('invoice', id), form), momentFor(world, id))
      ctx.redirect(next ?? `/i/${id}`)
    } catch (error) {
      if (!(error instanceof StripeError) || error.status === 404) throw error
      ctx.status = error.status
      ctx.type = 'html'
      ctx.body = world.imagine((tx) => invoicePage(tx, tx.get('invoice', id), form, error.message))
    }
  })
}

/** Where the browser goes next; undefined for the invoice again. */
function pay(tx: Transaction, invoice: Invoice, form: Form): string | undefined {
  if (invoice.status !== 'open') return undefined
  const method = filledMethod(tx, form)
  const customer = tx.get('customer', invoice.customer ?? '')
  attach(tx, method, customer.id)
  collect(tx, invoice, { method })
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  if (intent?.status === 'requires_action') return `/authenticate/${intent.id}`
  if (intent?.status === 'requires_payment_method')
    throw new StripeError(
      402,
      { type: 'card_error', message: intent.last_payment_error?.message ?? 'Declined.' },
      true,
    )
  return undefined
}

function invoicePage(tx: Transaction, invoice: Invoice, form: Form, problem?: string): string {
  const { currency, lines, status, number, created } = invoice
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  const waits = intent?.status === 'requires_action'
  return page(
    `Invoice ${number ?? '(draft)'}`,
    html`${problem && html`<p role="alert">${problem}</p>`}
      <p>${date(created)} · ${status}</p>
      <table>
        <tbody>
          ${lines.data.map(
            (line) =>
              html`<tr>
                <td>${line.description}</td>
                <td class="amount">${formatMoney(line.amount, currency)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p>Due: <strong>${formatMoney(invoice.amount_remaining, currency)}</strong></p>
      ${status === 'open' && waits && html`<p><a href="/authenticate/${intent.id}">Authenticate the payment</a></p>`}
      ${
        status === 'open' &&
        html`<form method="post" action="/i/${invoice.id}">
          ${paymentFields(form)}
          <button>Pay</button>
        </form>`
      }`,
  )
}
