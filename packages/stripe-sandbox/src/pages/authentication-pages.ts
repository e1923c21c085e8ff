import type { Router } from '@koa/router'
import { formatMoney } from '@titanforge/core/currency'
import { afterPayment, invoiceOf } from '../billing/after-payment.js'
import type { RequestState } from '../http/request-state.js'
import { StripeError } from '../http/stripe-error.js'
import { confirmIntent, declineOf, refuseAuthentication } from '../payments/payment-intent.js'
import type { World } from '../world/world.js'
import { html } from './html.js'
import { momentFor } from './moment-for.js'
import { page } from './page.js'
import { field } from './payment-fields.js'

/** Where a customer authenticates a payment that waits for it. */
export function authenticationPages(router: Router<RequestState>, world: World): void {
  router.get('/authenticate/:id', (ctx) => {
    const { amount, currency } = world.imagine((tx) =>
      tx.get('payment_intent', String(ctx.params.id)),
    )
    ctx.type = 'html'
    ctx.body = page(
      'Your bank asks',
      html`<p>Is it you who pays ${formatMoney(amount, currency)}?</p>
        <form method="post">
          <button name="answer" value="yes">Yes, approve</button>
          <button name="answer" value="no" class="plain">No, refuse</button>
        </form>`,
    )
  })

  router.post('/authenticate/:id', (ctx) => {
    const id = String(ctx.params.id)
    const approved = field(ctx.state.form, 'answer') === 'yes'
    const { paid, back } = world.run(
      (tx) => {
        const intent = tx.get('payment_intent', id)
        if (intent.status !== 'requires_action')
          throw new StripeError(400, {
            type: 'invalid_request_error',
            message: 'There is nothing to authenticate.',
          })
        const method = tx.get('payment_method', intent.payment_method ?? '')
        if (approved) confirmIntent(tx, intent, method, { authenticated: true })
        else refuseAuthentication(tx, intent, method)
        afterPayment(tx, intent)
        const declined = declineOf(tx, intent)?.message
        return {
          paid: declined ?? 'Thank you. The payment is made.',
          back: invoiceOf(tx, intent)?.hosted_invoice_url,
        }
      },
      momentFor(world, id),
    )
    ctx.type = 'html'
    ctx.body = page(
      'Your bank',
      html`<p>${paid}</p>
        ${back && html`<p><a href="${back}">To the invoice</a></p>`}`,
    )
  })
}
