import type { StripeEvent } from '../world/kinds.js'
import type { World } from '../world/world.js'
import { html, type Html } from './html.js'
import { date, page } from './page.js'

const STEPS: [label: string, field: string, value: number][] = [
  ['An hour', 'hours', 1],
  ['A day', 'days', 1],
  ['A week', 'days', 7],
  ['A month', 'months', 1],
  ['A year', 'months', 12],
]
const SHOWN = 30

/** The clock of the sandbox, with buttons that move it ahead, and what happened last. */
export function clockPage(world: World): string {
  const events = ([...world.store.ofKind('event')] as unknown as StripeEvent[])
    .slice(-SHOWN)
    .reverse()
  const waiting = [...world.store.ofKind('sandbox.delivery')].length
  return page(
    'Clock',
    html`<p>It is <strong>${date(world.now)}</strong> (UTC) in this Stripe.</p>
      <h2>Let time pass</h2>
      ${STEPS.map(button)}
      <h2>What happened last</h2>
      <p>${waiting} deliveries are waiting.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">When (UTC)</th>
            <th scope="col">Event</th>
          </tr>
        </thead>
        <tbody>
          ${events.map(
            ({ created, type }) =>
              html`<tr>
                <td class="fixed">${date(created)}</td>
                <td>${type}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
  )
}

const button = ([label, field, value]: (typeof STEPS)[number]): Html =>
  html`<form class="row" method="post" action="/_sandbox/clock">
    <input type="hidden" name="${field}" value="${value}" />
    <button>${label}</button>
  </form>`
