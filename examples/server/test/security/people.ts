import { randomUUID } from 'node:crypto'
import { waitFor } from '@titanforge/core/testing'
import { ask, type Answered } from './browser.js'
import type { Application } from './application.js'

export const PASSWORD = 'correct horse battery staple'

/** Where people are: an application, or a server process. */
type Place = Pick<Application, 'url'>

export const register = (app: Place, body: object) =>
  ask(app.url, '/api/auth/register', { body: { password: PASSWORD, ...body } })

export const logIn = (app: Place, body: object, headers: Record<string, string> = {}) =>
  ask(app.url, '/api/auth/login', { body: { password: PASSWORD, ...body }, headers })

export const me = (app: Place, token: string) => ask(app.url, '/api/auth/me', { token })

export const refresh = (app: Place, refreshToken: string) =>
  ask(app.url, '/api/auth/refresh', { body: { refreshToken } })

export interface Person {
  id: string
  email: string
  accessToken: string
  refreshToken: string
}

export const someAddress = () => `${randomUUID()}@example.com`

/** The tokens of an answer to a log-in. */
export const tokensOf = ({ body }: Answered) => ({
  accessToken: body['accessToken'] as string,
  refreshToken: body['refreshToken'] as string,
})

/** Somebody with an account, who is logged in. */
export async function person(app: Place, email = someAddress()): Promise<Person> {
  await register(app, { email })
  return { ...(await session(app, email)), email }
}

/** Somebody who has confirmed the address, too. */
export async function verifiedPerson(app: Place, email?: string): Promise<Person> {
  const one = await person(app, email)
  const token = tokenIn(await mailTo(app, one.email, /Confirm your address/))
  await ask(app.url, '/api/auth/verify', { body: { token } })
  return one
}

/** One more log-in of somebody. */
export async function session(app: Place, email: string): Promise<Omit<Person, 'email'>> {
  const tokens = tokensOf(await logIn(app, { email }))
  const { body } = await me(app, tokens.accessToken)
  return { ...tokens, id: body['id'] as string }
}

/** Somebody who administrates. */
export async function superuser(app: Application): Promise<Person> {
  const one = await verifiedPerson(app)
  await app.forge.command(['user:create', one.email, '--superuser'], () => undefined)
  return one
}

interface Mail {
  to: string[]
  subject: string
  text: string
  html: string
}

export async function mailsTo(app: Place, email: string): Promise<Mail[]> {
  const response = await fetch(`${app.url}/dev/mail`, { headers: { accept: 'application/json' } })
  const mails = (await response.json()) as Mail[]
  return mails.filter(({ to }) => to.includes(email))
}

/** The mail to an address whose subject fits, once it is there; the newest of several. */
export const mailTo = (app: Place, email: string, subject: RegExp): Promise<Mail> =>
  waitFor(async () => (await mailsTo(app, email)).find((mail) => subject.test(mail.subject)), {
    what: `a mail to ${email}`,
  })

/** The token of the link in a mail. */
export const tokenIn = ({ text }: Mail): string => /#([\w-]{43})/.exec(text)?.[1] ?? ''
