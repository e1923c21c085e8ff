import { reply, route, type Guard, type Route } from '@titanforge/http'
import { z } from 'zod'
import { emailAddress } from '../accounts/email-address.js'
import { logIn } from '../accounts/log-in.js'
import { clientOf } from '../client.js'
import { AuthErrors } from '../errors.js'
import { password } from '../passwords/password.js'
import type { Services } from '../services.js'
import { logOut } from '../sessions/log-out.js'
import { refresh } from '../sessions/refresh.js'
import {
  clearRefreshCookie,
  readRefreshCookie,
  setRefreshCookie,
} from '../sessions/refresh-cookie.js'
import { tokens } from './answers.js'

const SECONDS_A_DAY = 86_400

// A browser sends its cookie; other programs send the token.
const refreshBody = z.object({ refreshToken: z.string().min(1).max(200).optional() }).optional()

/** In, on, and out again. */
export const loginRoutes = (services: Services, guard: Guard): Route[] => [
  route({
    method: 'POST',
    path: '/api/auth/login',
    auth: 'none',
    summary: 'Log in with a password',
    body: z.object({ email: emailAddress, password }),
    response: tokens,
    async handler(ctx) {
      const { ip, setHeader } = ctx
      const tokens = await logIn(ctx.body, { ip, setHeader, client: clientOf(ctx) }, services)
      setRefreshCookie(ctx, tokens.refreshToken, services.sessionDays * SECONDS_A_DAY)
      return tokens
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/refresh',
    auth: 'none',
    summary: 'New tokens for the refresh token, in the body or in the cookie',
    body: refreshBody,
    response: tokens,
    async handler(ctx) {
      const sent = ctx.body?.refreshToken
      const token = sent ?? readRefreshCookie(ctx)
      if (token === undefined) throw AuthErrors.REFRESH_REFUSED()
      const { ip, setHeader } = ctx
      const request = { ip, setHeader, client: clientOf(ctx) }
      const { secondsLeft, refreshToken, ...access } = await refresh(token, request, services)
      if (sent !== undefined) return { ...access, refreshToken }
      // What came in a cookie no script may read, and it stays so.
      setRefreshCookie(ctx, refreshToken, secondsLeft)
      return access
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/logout',
    auth: 'none',
    summary: 'End the session of the access token, and that of the refresh token',
    body: refreshBody,
    async handler(ctx) {
      const client = clientOf(ctx)
      const identity = await guard.identify(ctx.header('Authorization'), client)
      // Without it, anybody may, and keep an answer by an Idempotency-Key.
      if (!identity) await services.limits.countRequest('logout', ctx)
      const refreshToken = ctx.body?.refreshToken ?? readRefreshCookie(ctx)
      await logOut({ identity, refreshToken }, client, services)
      clearRefreshCookie(ctx)
      return reply(204)
    },
  }),
]
