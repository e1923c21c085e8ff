import type { Context } from 'koa'
import { KoaPassport } from 'koa-passport'
import { Strategy } from 'passport-github2'
import type { GithubConfig } from './config.js'
import { callBack, type Done } from './call-back.js'
import { GithubApi, type GithubUser } from './github-api.js'
import { GithubProblem } from './github-problem.js'
import type { GithubIntent, GithubStateStore } from './state-store.js'

/** Who came back from GitHub, and what for. */
export interface GithubReturn {
  user: GithubUser
  intent: GithubIntent
}

/** The protocol of a log-in through GitHub: state, PKCE, and who it is in the end. */
export class GithubPassport {
  readonly #passport = new KoaPassport()

  constructor(config: GithubConfig, store: GithubStateStore) {
    this.#passport.use('github', guardedStrategy(config, store))
  }

  /**
   * Begins a log-in in this browser.
   *
   * @param callbackUrl where GitHub sends the browser back to, exactly as it is registered there.
   * @returns the address at GitHub.
   */
  async begin(koa: Context, callbackUrl: string, intent: GithubIntent): Promise<string> {
    await this.#step(koa, callbackUrl, intent)
    const address = koa.response.get('Location')
    koa.remove('Location')
    return address
  }

  /**
   * Ends it, when the browser has come back.
   *
   * @throws GithubProblem
   */
  async finish(koa: Context, callbackUrl: string): Promise<GithubReturn> {
    // Without either, passport-oauth2 would begin another log-in.
    if (!koa.query['code'] && !koa.query['error']) throw new GithubProblem('state')
    const came = await this.#step(koa, callbackUrl)
    if (came) return came
    // passport-oauth2 fails for two reasons: a person who said no, and a state that is not good.
    throw new GithubProblem(koa.query['error'] ? 'cancelled' : 'state')
  }

  #step(
    koa: Context,
    callbackURL: string,
    state?: GithubIntent,
  ): Promise<GithubReturn | undefined> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown, user?: GithubUser | false, info?: unknown) => {
        if (error != null) {
          reject(asProblem(error))
          return
        }
        const { state: intent } = (info ?? {}) as { state?: GithubIntent }
        resolve(user && intent ? { user, intent } : undefined)
      }
      // Made anew each time: koa-passport keeps the outcome of a request on its callback.
      const options = { session: false, state, callbackURL } as object
      const step = this.#passport.authenticate('github', options, done)
      const redirected = () => resolve(undefined)
      Promise.resolve(step(koa as never, async () => undefined)).then(redirected, reject)
    })
  }
}

/** The problem itself where passport-oauth2 has wrapped it, or where GitHub named one in the address. */
function asProblem(error: unknown): Error {
  if (!(error instanceof Error)) return new TypeError('no error was thrown', { cause: error })
  const { oauthError } = error as { oauthError?: unknown }
  if (oauthError instanceof GithubProblem) return oauthError
  if (error.name !== 'AuthorizationError') return error
  return new GithubProblem('unreachable', 'GitHub sent the browser back with an error')
}

/**
 * passport-github2 with requests of our own. Its own have no time limit, and an answer that is not what they
 * expect (HTML, `null`) is thrown where nobody can catch it, which ends the process.
 */
function guardedStrategy(config: GithubConfig, store: GithubStateStore): Strategy {
  const api = new GithubApi(config)
  const options = {
    clientID: config.clientId,
    clientSecret: config.clientSecret,
    callbackURL: '',
    authorizationURL: `${config.baseUrl}/login/oauth/authorize`,
    tokenURL: `${config.baseUrl}/login/oauth/access_token`,
    scope: ['user:email'],
    pkce: true,
    store,
  }
  const accept = (_access: string, _refresh: string, user: unknown, done: Done) => done(null, user)
  // Two points where passport-oauth2 lets a strategy do its own work.
  return Object.assign(new Strategy(options as never, accept), {
    _oauth2: {
      _authorizeUrl: options.authorizationURL,
      _accessTokenUrl: options.tokenURL,
      _clientId: config.clientId,
      getOAuthAccessToken: (code: string, params: Record<string, string>, done: Done) =>
        callBack(api.accessToken({ ...params, code }), done),
    },
    userProfile: (accessToken: string, done: Done) => callBack(api.user(accessToken), done),
  })
}
