import type { Price } from '../world/kinds.js'
import { html, type Html } from './html.js'

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; color: #1a1f36; background: #f6f8fa; margin: 0; }
  main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem 2rem; background: #fff; border: 1px solid #dfe3e8; border-radius: 8px; }
  @media (max-width: 36rem) { main { margin: .75rem; padding: 1rem; } }
  .banner { background: #fff3cd; margin: 0; padding: .5rem 1rem; text-align: center; }
  h1 { font-size: 1.4rem; margin-top: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  a { color: #3f51b5; }
  fieldset { margin: 1.5rem 0 0; padding: 0 1rem 1rem; border: 1px solid #dfe3e8; border-radius: 8px; }
  legend { padding: 0 .25rem; font-weight: 600; }
  label { display: block; margin-top: .75rem; font-weight: 600; }
  input, select { font: inherit; padding: .4rem .5rem; width: 100%; box-sizing: border-box; border: 1px solid #8792a2; border-radius: 4px; background: #fff; }
  input[readonly] { background: #f6f8fa; }
  input[type=radio] { width: auto; } label.inline { font-weight: 400; }
  fieldset:has([value=card]:checked) .debit, fieldset:has([value=debit]:checked) .card { display: none; }
  button { font: inherit; padding: .5rem 1rem; margin-top: 1rem; background: #5469d4; color: #fff; border: 1px solid #5469d4; border-radius: 4px; cursor: pointer; }
  button.plain { background: #fff; color: #3c4257; border-color: #a3acb9; }
  :focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; }
  [role=alert] { color: #a61b1b; background: #fdecea; padding: .75rem; border-radius: 4px; }
  table { border-collapse: collapse; width: 100%; }
  td, th { text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; overflow-wrap: anywhere; }
  .fixed { white-space: nowrap; } .amount { text-align: right; white-space: nowrap; padding-right: 0; }
  form.row { display: inline-block; margin-right: .5rem; }
  .hints { color: #545969; font-size: .85rem; margin: 1rem 0 0; padding: 0; list-style: none; }
`

/** A whole page. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <p class="banner">Stripe sandbox: no money moves.</p>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text
}

/** How often a price is charged, for people: ` / month`; nothing for one that is paid once. */
export function every({ recurring }: Pick<Price, 'recurring'>): string {
  if (!recurring) return ''
  const { interval, interval_count: count } = recurring
  return count > 1 ? ` / ${count} ${interval}s` : ` / ${interval}`
}

/** A moment for people, in UTC. */
export const date = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')
