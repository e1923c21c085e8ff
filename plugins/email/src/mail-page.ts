import type { CaughtMail } from './caught-mail.js'
import { html, type Html } from './html.js'

/** The caught mails as a page. A mail's own HTML stays in a frame that may run and load nothing. */
export function mailPage(mails: readonly CaughtMail[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Caught mail (${mails.length})</title>
        ${style}
      </head>
      <body>
        <header>
          <h1>Caught mail</h1>
          <p>
            No SMTP server is configured, so nothing leaves this machine: what would have been sent
            is shown here, the newest 500 of it. Set <code>SMTP_URL</code> to send.
          </p>
        </header>
        <main>
          ${mails.length > 0 ? mails.map(article) : html`<p class="empty">No mail yet.</p>`}
        </main>
      </body>
    </html>`.toString()
}

const article = (mail: CaughtMail): Html => html`
  <article id="${mail.id}">
    <h2>${mail.subject}</h2>
    <dl>
      <dt>From</dt>
      <dd>${mail.from}</dd>
      <dt>To</dt>
      <dd>${mail.to.join(', ')}</dd>
      <dt>At</dt>
      <dd><time datetime="${mail.receivedAt.toISOString()}">${utc(mail.receivedAt)}</time></dd>
    </dl>
    <pre>${mail.text}</pre>
    ${mail.html === null ? [] : frame(mail.html)}
  </article>
`

const frame = (markup: string): Html => html`
  <details>
    <summary>HTML</summary>
    <iframe title="The mail's HTML" sandbox="" srcdoc="${markup}"></iframe>
  </details>
`

const utc = (date: Date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`

const style = html`<style>
  body {
    margin: 0 auto;
    max-width: 46rem;
    padding: 1rem;
    font:
      1rem/1.5 system-ui,
      sans-serif;
    overflow-wrap: anywhere;
    color: #1c2430;
    background: #f5f6f8;
  }
  article {
    margin: 1rem 0;
    padding: 1rem 1.25rem;
    border: 1px solid #8884;
    border-radius: 0.75rem;
    background: #fff;
  }
  h1 {
    margin: 0;
    font-size: 1.5rem;
  }
  h2 {
    margin: 0 0 0.5rem;
    font-size: 1.125rem;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 0 0.75rem;
    margin: 0;
    font-size: 0.875rem;
  }
  dt,
  header p,
  .empty {
    opacity: 0.75;
  }
  dd {
    margin: 0;
  }
  pre {
    margin: 1rem 0 0;
    font: inherit;
    white-space: pre-wrap;
  }
  details {
    margin-top: 1rem;
  }
  summary {
    cursor: pointer;
  }
  iframe {
    width: 100%;
    height: 28rem;
    margin-top: 0.5rem;
    border: 1px solid #8884;
    border-radius: 0.5rem;
    resize: vertical;
  }
  @media (prefers-color-scheme: dark) {
    body {
      color: #e6e9ee;
      background: #12161c;
    }
    article {
      background: #1b2129;
    }
  }
</style>`
