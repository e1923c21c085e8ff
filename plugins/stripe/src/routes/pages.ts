import { reply, route, type Route } from '@titanforge/http'

interface Page {
  path: string
  title: string
  text: string
}

// Where Stripe's pages lead back to, unless an application names pages of its own. They change nothing, log
// nobody in, and know nothing of what was bought: GET /api/billing/checkout/ID tells that to who is logged in.
const PAGES: Page[] = [
  {
    path: '/billing/success',
    title: 'Thank you',
    text: 'What you chose is yours as soon as the payment is confirmed, most often within seconds. A bank debit takes some days. You can close this page.',
  },
  {
    path: '/billing/cancelled',
    title: 'Nothing was paid',
    text: 'You left the payment page before it was completed. You can come back to it whenever you like.',
  },
  {
    path: '/billing',
    title: 'You are back',
    text: 'What you changed about your subscription, cards or invoices is known here within seconds. You can close this page.',
  },
]

/** The pages that a customer sees after Stripe's. */
export const pageRoutes = (): Route[] =>
  PAGES.map(({ path, title, text }) =>
    route({
      method: 'GET',
      path,
      auth: 'none',
      summary: `The page "${title}", to which Stripe's pages lead back`,
      handler: () =>
        reply(200, html(title, text), {
          'Content-Type': 'text/html; charset=utf-8',
          'Referrer-Policy': 'no-referrer',
        }),
    }),
  )

const html = (title: string, text: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:," />
    <title>${title}</title>
    <style>
      body { font: 16px/1.6 system-ui, sans-serif }
      main { max-width: 28rem; margin: 12vh auto 0; padding: 0 1rem }
      h1 { font-size: 1.4rem }
    </style>
  </head>
  <body>
    <main>
      <h1>${title}</h1>
      <p>${text}</p>
    </main>
  </body>
</html>
`
