import type { Context } from 'koa'
import { KoaPassport } from 'koa-passport'
import { Strategy } from 'passport-github2'
import type { GithubConfig } from './config.js'
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
    this.#passport.use('github', new GuardedStrategy(config, store))
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

const asProblem = (error: unknown): Error =>
  // GitHub said an error of its own in the address, such as `redirect_uri_mismatch`.
  error instanceof Error && error.name === 'AuthorizationError'
    ? new GithubProblem('unreachable', 'GitHub answered with an error')
    : error instanceof Error
      ? error
      : new TypeError('something that is no error was thrown', { cause: error })

/**
 * passport-github2 with requests of our own. Its own have no time limit, and an answer that is not what they
 * expect (HTML, `null`) is thrown where nobody can catch it, which ends the process.
 */
class GuardedStrategy extends Strategy {
  readonly #api: GithubApi

  constructor(config: GithubConfig, store: GithubStateStore) {
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
    super(options as never, (_access: string, _refresh: string, profile: unknown, done: Done) =>
      done(null, profile),
    )
    this.#api = new GithubApi(config)
    const { _oauth2 } = this as unknown as { _oauth2: { getOAuthAccessToken: unknown } }
    _oauth2.getOAuthAccessToken = (code: string, params: Record<string, string>, done: Done) => {
      this.#api.accessToken({ ...params, code }).then((token) => done(null, token), done)
    }
  }

  override userProfile(
    accessToken: string,
    done: (error?: Error | null, user?: GithubUser) => void,
  ): void {
    this.#api.user(accessToken).then(
      (user) => done(null, user),
      (error: unknown) => done(asProblem(error)),
    )
  }
}

type Done = (error: unknown, result?: unknown) => void
