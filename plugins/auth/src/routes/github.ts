import { page, reply, route, SESSION_SCOPE, type Reply, type Route } from '@titanforge/http'
import { z } from 'zod'
import { proveOwner } from '../accounts/prove-owner.js'
import { requireVerified } from '../accounts/require-verified.js'
import { clientOf } from '../client.js'
import { AuthErrors } from '../errors.js'
import { GithubProblem } from '../github/github-problem.js'
import { linkGithub, unlinkGithub } from '../github/link.js'
import { localPath } from '../github/local-path.js'
import type { GithubPassport } from '../github/passport.js'
import { signInWithGithub } from '../github/sign-in.js'
import type { Services } from '../services.js'
import { setRefreshCookie } from '../sessions/refresh-cookie.js'
import { currentAccount } from './current-account.js'
import { currentSession } from './current-session.js'

const CALLBACK = '/api/auth/github/callback'
const SECONDS_A_DAY = 86_400

// What is no text is as good as nothing: it is never worth more than the start page.
const returnTo = z.string().optional().catch(undefined)

/**
 * Sign up, in, link and unlink through GitHub.
 *
 * @param github undefined where it is not configured.
 * @param publicUrl where people reach the application.
 */
export const githubRoutes = (
  services: Services,
  github: GithubPassport | undefined,
  publicUrl: () => string,
): Route[] => [
  route({
    method: 'GET',
    path: '/api/auth/github',
    auth: 'none',
    summary: 'Go to GitHub to sign up or in; "returnTo" is the path to come back to',
    query: z.object({ returnTo }),
    async handler(ctx) {
      if (!github) throw AuthErrors.GITHUB_OFF()
      await services.limits.countRequest('github', ctx)
      const intent = { returnTo: localPath(ctx.query.returnTo), linkSessionId: null }
      const address = await github.begin(ctx.koa, publicUrl() + CALLBACK, intent)
      return reply(302, undefined, { Location: address })
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/github/link',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'The address at GitHub that links its account to the caller’s',
    body: z.object({ returnTo }).optional(),
    response: z.object({ url: z.url() }),
    async handler(ctx) {
      if (!github) throw AuthErrors.GITHUB_OFF()
      const { ip, setHeader, identity, body, koa } = ctx
      const account = await currentAccount(identity, services)
      requireVerified(account)
      const linkSessionId = currentSession(identity)
      const request = { ip, setHeader }
      await proveOwner(account, { sessionId: linkSessionId }, request, services)
      const intent = { returnTo: localPath(body?.returnTo), linkSessionId }
      // The caller is a script, which sends its page there.
      return { url: await github.begin(koa, publicUrl() + CALLBACK, intent) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/auth/github',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'Take GitHub away as a way to log in',
    async handler(ctx) {
      await unlinkGithub(ctx.identity.userId, clientOf(ctx), services)
      return reply(204)
    },
  }),
  route({
    method: 'GET',
    path: CALLBACK,
    auth: 'none',
    summary: 'Where GitHub sends the browser back to',
    async handler(ctx) {
      if (!github) throw AuthErrors.GITHUB_OFF()
      const client = clientOf(ctx)
      try {
        const { user, intent } = await github.finish(ctx.koa, publicUrl() + CALLBACK)
        if (intent.linkSessionId === null) {
          const { refreshToken } = await signInWithGithub(user, client, services)
          setRefreshCookie(ctx, refreshToken, services.sessionDays * SECONDS_A_DAY)
        } else {
          await linkGithub(user, intent.linkSessionId, client, services)
        }
        return reply(302, undefined, { Location: publicUrl() + intent.returnTo })
      } catch (error) {
        if (!(error instanceof GithubProblem)) throw error
        ctx.log.warn(
          { problem: error.kind, reason: error.message },
          'a log-in through GitHub failed',
        )
        return problemPage(error)
      }
    },
  }),
]

const problemPage = ({ status, text }: GithubProblem): Reply =>
  page({
    status,
    title: 'GitHub',
    content: `<p>${text}</p><p><a href="/">Back to the start</a></p>`,
  })
