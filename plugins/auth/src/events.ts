import { defineEvent } from '@titanforge/core'
import { z } from 'zod'

const userId = z.uuid()
// UTC
const at = z.iso.datetime()
const ofUser = {
  key: (payload: { userId: string }) => payload.userId,
  userId: (payload: { userId: string }) => payload.userId,
}

/** Somebody made an account. */
export const signedUp = defineEvent({
  name: 'auth.signed_up',
  version: 1,
  schema: z.object({ userId, email: z.string() }),
  ...ofUser,
})

/** Somebody showed that the address is theirs. */
export const emailVerified = defineEvent({
  name: 'auth.email_verified',
  version: 1,
  schema: z.object({ userId, email: z.string() }),
  ...ofUser,
})

/** Somebody logged in, by password or through GitHub. */
export const loggedIn = defineEvent({
  name: 'auth.logged_in',
  version: 1,
  schema: z.object({ userId }),
  ...ofUser,
})

/** A log-in was refused. The user is null where the address has no account. */
export const loginFailed = defineEvent({
  name: 'auth.login_failed',
  version: 1,
  schema: z.object({ userId: userId.nullable() }),
  userId: (payload) => payload.userId ?? undefined,
})

/** A password was changed or set anew. */
export const passwordChanged = defineEvent({
  name: 'auth.password_changed',
  version: 1,
  schema: z.object({ userId, how: z.enum(['change', 'reset']), at }),
  ...ofUser,
})

/** An account moved to another address. */
export const emailChanged = defineEvent({
  name: 'auth.email_changed',
  version: 1,
  schema: z.object({ userId, from: z.string(), to: z.string(), at }),
  ...ofUser,
})

/** A GitHub account became a way to log in. */
export const githubLinked = defineEvent({
  name: 'auth.github_linked',
  version: 1,
  schema: z.object({ userId, githubId: z.string() }),
  ...ofUser,
})

/** Somebody became a superuser. */
export const superuserGranted = defineEvent({
  name: 'auth.superuser_granted',
  version: 1,
  schema: z.object({ userId }),
  ...ofUser,
})

/** Somebody tried to register an address that has an account. */
export const registrationRepeated = defineEvent({
  name: 'auth.registration_repeated',
  version: 1,
  schema: z.object({ userId, at }),
  ...ofUser,
})

/** A link is to be mailed. The event names it and does not hold it: see AccountLinks. */
const linkRequested = (name: `auth.${string}`) =>
  defineEvent({
    name,
    version: 1,
    schema: z.object({ userId, linkId: z.uuid(), email: z.string() }),
    ...ofUser,
  })

/** The new account's address is to be confirmed. */
export const verificationRequested = linkRequested('auth.verification_requested')
/** Somebody forgot their password. */
export const resetRequested = linkRequested('auth.reset_requested')
/** The account is to move to this address, which has to be confirmed. */
export const emailChangeRequested = linkRequested('auth.email_change_requested')

export const events = [
  signedUp,
  emailVerified,
  loggedIn,
  loginFailed,
  passwordChanged,
  emailChanged,
  githubLinked,
  superuserGranted,
  registrationRepeated,
  verificationRequested,
  resetRequested,
  emailChangeRequested,
]
