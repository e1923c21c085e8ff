import { defineErrors } from '@titanforge/core'

/** Every error of the auth plugin, with its remedy. */
export const AuthErrors = defineErrors({
  LINK_INVALID: {
    status: 400,
    message: () =>
      'This link was used, is too old, or was replaced by a newer one. Ask for another.',
  },
  CREDENTIALS_INVALID: {
    status: 401,
    // The same for an unknown address, a wrong password and a disabled account.
    message: () => 'The e-mail address or the password is wrong. Check both and try again.',
  },
  REFRESH_REFUSED: {
    status: 401,
    message: () => 'The log-in is over. Log in again.',
  },
  PASSWORD_WRONG: {
    status: 403,
    message: () => 'The current password is wrong. Check it and try again.',
  },
  LOGIN_NOT_FRESH: {
    status: 403,
    message: (p: { minutes: number }) =>
      `This needs your current password, or a log-in of the last ${p.minutes} minutes. Log in again.`,
  },
  EMAIL_UNVERIFIED: {
    status: 403,
    message: () =>
      'Confirm your address first, with the link of our mail. POST /api/auth/verify/resend sends another.',
  },
  SESSION_NOT_FOUND: { status: 404, message: () => 'There is no such session. GET lists yours.' },
  KEY_NOT_FOUND: { status: 404, message: () => 'There is no such API key. GET lists yours.' },
  ACCOUNT_NOT_FOUND: { status: 404, message: () => 'There is no such account.' },
  GITHUB_OFF: {
    status: 404,
    message: () =>
      'This server does not offer GitHub. An operator can set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET.',
  },
  EMAIL_TAKEN: {
    status: 409,
    message: () => 'Another account has this address by now. Use that one, or another address.',
  },
  ACCOUNT_UNVERIFIED: {
    status: 409,
    message: () =>
      'Nobody has confirmed the address of this account, so it may be anybody’s. Ask its owner to confirm it, or take it over with the command user:create EMAIL --superuser.',
  },
  LAST_SUPERUSER: {
    status: 409,
    message: () => 'This is the last superuser. Make another account a superuser first.',
  },
  LAST_LOGIN_METHOD: {
    status: 409,
    message: () => 'GitHub is the only way into this account. Set a password first.',
  },
  KEY_SCOPE_REFUSED: {
    status: 422,
    message: () => 'Only a superuser can give a key the scope "admin".',
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    message: (p: { seconds: number }) => `Too many tries. Try again in ${p.seconds} seconds.`,
  },
  PASSWORD_QUEUE_FULL: {
    status: 503,
    message: (p: { seconds: number }) =>
      `Too many people are logging in just now. Try again in ${p.seconds} seconds.`,
  },
  PUBLIC_URL_UNKNOWN: {
    message: () => 'Links need an address. Add http(), or set PUBLIC_URL.',
  },
})
