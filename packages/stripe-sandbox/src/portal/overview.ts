import { formatMoney } from '@titanforge/core/currency'
import { html, type Html } from '../pages/html.js'
import { date, every } from '../pages/page.js'
import { paymentFields } from '../pages/payment-fields.js'
import { periodEnd } from '../subscriptions/items.js'
import type { PortalSession, Price, Product, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/**
 * What a customer sees in the portal.
 *
 * @param problem why what the customer just did was not done.
 */
export function overview(tx: Transaction, session: PortalSession, problem?: string): Html {
  const mine = (record: { customer: string | null }) => record.customer === session.customer
  const subscriptions = tx.find('subscription', (it) => mine(it) && it.ended_at === null)
  const invoices = tx.find('invoice', (it) => mine(it) && it.status !== 'draft').reverse()
  return html`${problem && html`<p role="alert">${problem}</p>`}
    ${session.return_url && html`<p><a href="${session.return_url}">Back</a></p>`}
    <h2>Subscriptions</h2>
    ${subscriptions.length === 0 && html`<p>You have none.</p>`}
    ${subscriptions.map((subscription) => subscriptionSection(tx, subscription))}
    <h2>Payment method</h2>
    <form method="post">
      <input type="hidden" name="action" value="payment_method" />
      ${paymentFields({})}
      <button>Use from now on</button>
    </form>
    <h2>Invoices</h2>
    <table>
      <tbody>
        ${invoices.map(
          ({ id, created, amount_due, currency, status }) =>
            html`<tr>
              <td class="fixed"><a href="/i/${id}">${date(created)}</a></td>
              <td>${status}</td>
              <td class="amount">${formatMoney(amount_due, currency)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
}

function subscriptionSection(tx: Transaction, subscription: Subscription): Html {
  const { id, status, cancel_at, items } = subscription
  const names = items.data.map(({ price }) => labelOf(tx, tx.get('price', price)))
  const ending = `${cancel_at === null ? 'renews' : 'ends'} ${date(cancel_at ?? periodEnd(subscription))}`
  const others = [...tx.each('price')].filter(
    ({ id, active, recurring, currency }) =>
      active && recurring && currency === subscription.currency && id !== items.data[0]?.price,
  )
  return html`<section aria-label="${names.join(', ')}">
    <p><strong>${names.join(', ')}</strong> · ${status} · ${ending}</p>
    ${cancel_at === null ? button('cancel', id, 'Cancel the plan', true) : button('resume', id, 'Keep the plan')}
    ${others.length > 0 && changeForm(tx, id, others)}
  </section>`
}

const changeForm = (tx: Transaction, subscription: string, prices: Price[]): Html =>
  html`<form method="post">
    <input type="hidden" name="action" value="price" />
    <input type="hidden" name="subscription" value="${subscription}" />
    <label for="price-${subscription}">Another plan</label>
    <select id="price-${subscription}" name="price">
      ${prices.map((price) => html`<option value="${price.id}">${labelOf(tx, price)}</option>`)}
    </select>
    <button class="plain">Change</button>
  </form>`

const button = (action: string, subscription: string, label: string, plain = false): Html =>
  html`<form class="row" method="post">
    <input type="hidden" name="action" value="${action}" />
    <input type="hidden" name="subscription" value="${subscription}" />
    <button class="${plain ? 'plain' : ''}">${label}</button>
  </form>`

function labelOf(tx: Transaction, price: Price): string {
  const { name = price.product } = (tx.peek(price.product) as Product | undefined) ?? {}
  return `${name}, ${formatMoney(price.unit_amount ?? 0, price.currency)}${every(price)}`
}
