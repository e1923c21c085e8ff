import { page, reply, route, type Route } from '@titanforge/http'
import { SCRIPT } from '../pages/script.js'

// Opening a page changes nothing, so that a mail program which looks at links ahead uses none up.
const PAGES = [
  {
    path: '/auth/verify',
    title: 'Confirm your address',
    action: '/api/auth/verify',
    button: 'Confirm',
    done: 'Your address is confirmed.',
  },
  {
    path: '/auth/email',
    title: 'Confirm your new address',
    action: '/api/auth/email/confirm',
    button: 'Confirm',
    done: 'Your account has the new address.',
  },
  {
    path: '/auth/reset',
    title: 'Set a new password',
    action: '/api/auth/password/reset',
    button: 'Set the password',
    done: 'Your password is set. You can log in with it now.',
  },
]

const SCRIPT_PATH = '/auth/page.js'

const PASSWORD_FIELD = `<label>New password
        <input type="password" name="password" minlength="8" autocomplete="new-password" required></label>
        <label><input type="checkbox" name="revokeKeys"> Revoke my API keys too: somebody else may have been in this account</label>`

/** The pages that links in mails lead to; from them, `home` leads on. */
export const pageRoutes = (home?: string): Route[] => [
  ...PAGES.map(({ path, title, action, button, done }) =>
    route({
      method: 'GET',
      path,
      auth: 'none',
      summary: `The page "${title}"`,
      handler: () =>
        page({
          title,
          content: `<form action="${action}" data-done="${done}">
        ${path === '/auth/reset' ? PASSWORD_FIELD : ''}
        <button>${button}</button>
      </form>
      <p role="status"></p>
      ${home === undefined ? '' : `<p id="on" hidden><a href="${home}">Go on</a></p>`}`,
          script: SCRIPT_PATH,
        }),
    }),
  ),
  route({
    method: 'GET',
    path: SCRIPT_PATH,
    auth: 'none',
    summary: 'Part of the pages that links in mails lead to',
    handler: () =>
      reply(200, SCRIPT, {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': 'public, max-age=3600',
      }),
  }),
]
