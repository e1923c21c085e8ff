import { reply, route, type Route } from '@titanforge/http'
import type { MailCatcher } from './mail-catcher.js'
import { mailPage } from './mail-page.js'
import { refuseRemote } from './refuse-remote.js'

// A frame inherits this, so the HTML of a mail can neither run a script nor load anything; it may only
// look as it was written.
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What would have been sent, for a browser and, as JSON, for a program. */
export const mailRoutes = (catcher: MailCatcher): Route[] => [
  route({
    method: 'GET',
    path: '/dev/mail',
    auth: 'none',
    summary: 'The mails that were caught, newest first',
    handler({ header, ip }) {
      refuseRemote(header, ip)
      const vary = 'Accept'
      if (header('accept').includes('application/json')) return reply(200, catcher.mails, { vary })
      return reply(200, mailPage(catcher.mails), {
        vary,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': POLICY,
      })
    },
  }),
]
