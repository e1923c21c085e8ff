import { html, type Html } from '@titanforge/email'
import { reply, type Reply } from '@titanforge/http'

const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** A page with a sentence and, where there is something to do, a form. */
export const unsubscribePage = (status: number, title: string, content: Html): Reply =>
  reply(
    status,
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="robots" content="noindex" />
          <title>${title}</title>
          <style>
            body {
              margin: 15vh auto 0;
              max-width: 30rem;
              padding: 0 1rem;
              font:
                1rem/1.6 system-ui,
                sans-serif;
            }
            button {
              padding: 0.6rem 1.2rem;
              font: inherit;
            }
          </style>
        </head>
        <body>
          <main>
            <h1>${title}</h1>
            ${content}
          </main>
        </body>
      </html>`.toString(),
    {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
      // The address holds the token. The form's own request has to say where it comes from.
      'Referrer-Policy': 'same-origin',
    },
  )
