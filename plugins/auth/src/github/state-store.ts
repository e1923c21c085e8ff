import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import type { Database } from '@titanforge/database'
import { sha256 } from '../tokens/sha256.js'
import { callBack, type Done } from './call-back.js'

const COOKIE = '__Host-titanforge_github'
const SECONDS = 600
const RANDOM = /^[\w-]{43}$/

/** What a log-in through GitHub was begun for. */
export interface GithubIntent {
  /** A path of this application. */
  returnTo: string
  /** The session whose account is to be linked; null to sign in. */
  linkSessionId: string | null
}

/** What Passport hands over: Koa's request, with its context. */
interface PassportRequest {
  ctx: Context
}
type Verified = (error: unknown, verifier?: string | false, found?: unknown) => void

/**
 * Remembers who began a log-in. A state is good once, for ten minutes, and only in the browser that began:
 * it is kept as a hash together with a cookie of that browser. The PKCE verifier is kept with it.
 *
 * The parameters of both methods are passport-oauth2's: it counts them.
 */
export class GithubStateStore {
  constructor(private readonly db: Database) {}

  store(
    { ctx }: PassportRequest,
    verifier: string,
    intent: GithubIntent,
    _meta: unknown,
    done: Done,
  ): void {
    const state = randomBytes(32).toString('base64url')
    // A second tab of the same browser does not stop the first one.
    const browser = browserOf(ctx) ?? randomBytes(32).toString('base64url')
    setBrowser(ctx, browser)
    callBack(this.#remember(hashOf(state, browser), verifier, intent, state), done)
  }

  verify({ ctx }: PassportRequest, state: unknown, _meta: unknown, done: Verified): void {
    const browser = browserOf(ctx)
    const found =
      typeof state === 'string' && browser !== undefined
        ? this.#take(hashOf(state, browser))
        : Promise.resolve(undefined)
    callBack(found, (error, one) => {
      if (error != null) done(error)
      else if (one) done(null, one.verifier, one.intent)
      else done(null, false)
    })
  }

  async #remember(hash: Buffer, verifier: string, intent: GithubIntent, state: string) {
    await this.db.query(
      `INSERT INTO github_states (hash, verifier, return_to, link_session_id, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [hash, verifier, intent.returnTo, intent.linkSessionId, SECONDS],
    )
    return state
  }

  /** What is found is gone: a state is good once. */
  async #take(hash: Buffer): Promise<{ verifier: string; intent: GithubIntent } | undefined> {
    const [found] = await this.db.query<GithubIntent & { verifier: string; isFresh: boolean }>(
      `DELETE FROM github_states WHERE hash = $1
       RETURNING verifier, return_to AS "returnTo", link_session_id AS "linkSessionId",
         expires_at > now() AS "isFresh"`,
      [hash],
    )
    if (!found?.isFresh) return undefined
    const { verifier, returnTo, linkSessionId } = found
    return { verifier, intent: { returnTo, linkSessionId } }
  }
}

const hashOf = (state: string, browser: string) => sha256(`${state}.${browser}`)

function browserOf(ctx: Context): string | undefined {
  const value = ctx.cookies.get(COOKIE)
  return value !== undefined && RANDOM.test(value) ? value : undefined
}

// Lax: the browser comes back from GitHub's site.
function setBrowser(ctx: Context, browser: string): void {
  ctx.cookies.secure = true
  ctx.cookies.set(COOKIE, browser, {
    httpOnly: true,
    secure: true,
    sameSite: 'lax',
    path: '/',
    maxAge: SECONDS * 1000,
    overwrite: true,
  })
}
