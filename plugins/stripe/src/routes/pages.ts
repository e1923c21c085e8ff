import { page, route, type Route } from '@titanforge/http'

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
      handler: () => page({ title, content: `<p>${text}</p>` }),
    }),
  )
