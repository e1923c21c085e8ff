import type { Router } from '@koa/router'
import { formatMoney } from '@titanforge/core/currency'
import { applyPromotion } from '../checkout/apply-promotion.js'
import { completeSession } from '../checkout/complete-session.js'
import { lineItemsOf } from '../checkout/line-items.js'
import type { RequestState } from '../http/request-state.js'
import { StripeError } from '../http/stripe-error.js'
import type { CheckoutSession, Customer, Price } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import type { World } from '../world/world.js'
import { html } from './html.js'
import { momentFor } from './moment-for.js'
import { every, page } from './page.js'
import { field, filledMethod, paymentFields, type Form } from './payment-fields.js'

/** The hosted page of a checkout session: what is bought, a form to pay with, and the way back. */
export function checkoutPages(router: Router<RequestState>, world: World): void {
  router.get('/c/pay/:id', (ctx) => {
    world.catchUp()
    ctx.type = 'html'
    ctx.body = world.imagine((tx) =>
      checkoutPage(tx, tx.get('checkout.session', String(ctx.params.id)), {}),
    )
  })

  router.post('/c/pay/:id', (ctx) => {
    world.catchUp()
    const id = String(ctx.params.id)
    const { form } = ctx.state
    ctx.type = 'html'
    try {
      const done = world.run((tx) => complete(tx, id, form), momentFor(world, id))
      if (!done) ctx.body = authenticationForm(id, form)
      else ctx.redirect(done)
    } catch (error) {
      if (!(error instanceof StripeError) || error.status === 404) throw error
      ctx.status = 402
      ctx.body = world.imagine((tx) =>
        checkoutPage(tx, tx.get('checkout.session', id), form, error.message),
      )
    }
  })
}

/** Where the browser goes next; undefined where the customer has to authenticate. */
function complete(tx: Transaction, id: string, form: Form): string | undefined {
  const session = tx.get('checkout.session', id)
  // A second click, or the way back and forth.
  if (session.status === 'complete') return successUrl(session)
  if (session.status !== 'open')
    throw new StripeError(402, {
      type: 'invalid_request_error',
      message: 'This page has expired. Please go back and try again.',
    })
  if (field(form, 'authentication') === 'failed')
    throw new StripeError(402, {
      type: 'card_error',
      message:
        'We are unable to authenticate your payment method. Please choose a different one and try again.',
    })
  const email = emailOf(tx, session) ?? field(form, 'email')
  if (email === '')
    throw new StripeError(402, {
      type: 'invalid_request_error',
      message: 'Please enter your e-mail address.',
    })
  const code = field(form, 'promotion_code')
  if (session.allow_promotion_codes && code !== '') applyPromotion(tx, session, code)
  const method = asksForMethod(session) ? filledMethod(tx, form) : null
  const authenticated = field(form, 'authentication') === 'done'
  const name = field(form, 'name') || null
  const done = completeSession(tx, session, { method, email, name, authenticated })
  return done ? successUrl(session) : undefined
}

/** Without something to pay now, a method may be left out. */
const asksForMethod = ({ amount_total, payment_method_collection, mode }: CheckoutSession) =>
  mode === 'setup' ||
  (amount_total ?? 0) > 0 ||
  (mode === 'subscription' && payment_method_collection === 'always')

const successUrl = ({ success_url, id }: CheckoutSession) =>
  (success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', id)

function emailOf(tx: Transaction, session: CheckoutSession): string | null {
  const customer = session.customer
    ? (tx.peek(session.customer) as Customer | undefined)
    : undefined
  return customer?.email ?? session.customer_email
}

function checkoutPage(
  tx: Transaction,
  session: CheckoutSession,
  form: Form,
  problem?: string,
): string {
  if (session.status !== 'open')
    return page(
      session.status === 'complete' ? 'Paid' : 'Expired',
      html`<p>
        ${session.status === 'complete' ? 'This is done already.' : 'This page has expired.'}
        <a href="${session.status === 'complete' ? successUrl(session) : session.cancel_url}"
          >Back</a
        >
      </p>`,
    )
  const currency = session.currency ?? 'usd'
  const email = emailOf(tx, session)
  const action = { payment: 'Pay', subscription: 'Subscribe', setup: 'Save' }[
    session.mode as 'payment'
  ]
  const lines = lineItemsOf(tx, session) as unknown as {
    description: string
    amount_total: number
    quantity: number | null
    price: Pick<Price, 'recurring'>
  }[]
  return page(
    action,
    html`${problem && html`<p role="alert">${problem}</p>`}
      <table>
        <tbody>
          ${lines.map(
            ({ description, amount_total, quantity, price }) =>
              html`<tr>
                <th scope="row">${(quantity ?? 1) > 1 && `${quantity} × `}${description}</th>
                <td class="amount">${formatMoney(amount_total, currency)}${every(price)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${trialOf(session)}
      <p>Due now: <strong>${formatMoney(session.amount_total ?? 0, currency)}</strong></p>
      <form method="post">
        <label for="email">E-mail</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="email"
          required
          value="${email ?? field(form, 'email')}"
          ${email !== null && html`readonly`}
        />
        <label for="name">Name</label>
        <input id="name" name="name" autocomplete="name" value="${field(form, 'name')}" />
        ${
          session.allow_promotion_codes &&
          html`<label for="promotion_code">Promotion code</label>
            <input
              id="promotion_code"
              name="promotion_code"
              value="${field(form, 'promotion_code')}"
            />`
        }
        ${asksForMethod(session) && paymentFields(form)}
        <button>${action}</button>
        ${session.cancel_url && html`<p><a href="${session.cancel_url}">Cancel</a></p>`}
      </form>`,
  )
}

function trialOf({ _subscription_data }: CheckoutSession) {
  const days = _subscription_data.trial_period_days
  return typeof days === 'number' && html`<p>Free for the first ${days} days.</p>`
}

/** Carries what was filled in through the bank's question. */
const authenticationForm = (id: string, form: Form): string =>
  page(
    'Your bank asks',
    html`<p>Is it you who is paying?</p>
      ${['done', 'failed'].map(
        (answer) =>
          html`<form class="row" method="post" action="/c/pay/${id}">
            ${Object.keys(form).map(
              (name) => html`<input type="hidden" name="${name}" value="${field(form, name)}" />`,
            )}
            <input type="hidden" name="authentication" value="${answer}" />
            <button class="${answer === 'done' ? '' : 'plain'}">
              ${answer === 'done' ? 'Yes, approve' : 'No, refuse'}
            </button>
          </form>`,
      )}`,
  )
