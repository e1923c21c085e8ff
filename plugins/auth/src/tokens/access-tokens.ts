import { createSecretKey, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { z } from 'zod'
import type { Secrets } from './secrets.js'

const ALGORITHM = 'HS256'
const ISSUER = 'titanforge'
const AUDIENCE = 'titanforge-api'
// RFC 9068: the type of access tokens, which no other token of ours has.
const TYPE = 'at+jwt'
const LEEWAY_SECONDS = 10
// About 5 MB.
const MOST_OPENED = 10_000

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), ver: z.int(), exp: z.number() })

/** What a client is given. */
export interface AccessToken {
  accessToken: string
  /** Seconds. */
  expiresIn: number
}

/** What a token says. Whether the session is still on is for the database to tell. */
export interface AccessClaims {
  userId: string
  sessionId: string
  /** The account's token version when it was issued. */
  version: number
}

interface Opened {
  claims: AccessClaims
  /** Seconds since 1970. */
  expiresAt: number
}

interface Key {
  id: string
  key: KeyObject
}

/** Makes and checks access tokens: JSON Web Tokens signed with a shared secret. */
export class AccessTokens {
  readonly #signing: Key
  /**
   * The keys by the header of their tokens. Only these very headers are taken, so nothing in a header can
   * choose: not the algorithm, not the type, and no key or address of one (RFC 8725, sections 3.1 and 3.10).
   */
  readonly #keys: Map<string, KeyObject>
  readonly #expiresIn: number
  readonly #opened = new Map<string, Opened>()

  constructor(secrets: Secrets, accessTokenMinutes: number) {
    const keys = secrets.named().map(({ id, secret }) => ({
      id,
      key: createSecretKey(Buffer.from(secret)),
    }))
    const [signing] = keys
    if (!signing) throw new TypeError('there is no secret')
    this.#signing = signing
    this.#expiresIn = accessTokenMinutes * 60
    const nobody = { userId: '', sessionId: '', version: 0 }
    this.#keys = new Map(keys.map((key) => [headerOf(this.#sign(key, nobody)), key.key]))
  }

  issue(about: AccessClaims): AccessToken {
    return { accessToken: this.#sign(this.#signing, about), expiresIn: this.#expiresIn }
  }

  /** What a token says; undefined where it is not one of ours, or not valid now. */
  verify(accessToken: string): AccessClaims | undefined {
    const opened = this.#opened.get(accessToken) ?? this.#open(accessToken)
    // Of a token that was good, only its time can run out.
    return opened && opened.expiresAt > Date.now() / 1000 - LEEWAY_SECONDS
      ? opened.claims
      : undefined
  }

  /** A signature takes longer to check than a trivial request to answer, and a token comes many times. */
  #open(accessToken: string): Opened | undefined {
    const key = this.#keys.get(headerOf(accessToken))
    const parsed = key && claims.safeParse(open(accessToken, key))
    if (!parsed?.success) return undefined
    const { sub, sid, ver, exp } = parsed.data
    const opened = { claims: { userId: sub, sessionId: sid, version: ver }, expiresAt: exp }
    if (this.#opened.size >= MOST_OPENED) this.#opened.clear()
    this.#opened.set(accessToken, opened)
    return opened
  }

  #sign({ id, key }: Key, { userId, sessionId, version }: AccessClaims): string {
    return jwt.sign({ sid: sessionId, ver: version }, key, {
      algorithm: ALGORITHM,
      header: { alg: ALGORITHM, typ: TYPE, kid: id },
      subject: userId,
      issuer: ISSUER,
      audience: AUDIENCE,
      expiresIn: this.#expiresIn,
    })
  }
}

const headerOf = (token: string) => token.slice(0, token.indexOf('.'))

function open(token: string, key: KeyObject): unknown {
  try {
    return jwt.verify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTolerance: LEEWAY_SECONDS,
    })
  } catch (error) {
    // A SyntaxError is how jsonwebtoken refuses a payload that is not JSON.
    if (error instanceof jwt.JsonWebTokenError || error instanceof SyntaxError) return undefined
    throw error
  }
}
