import jwt from 'jsonwebtoken'
import { z } from 'zod'

const ALGORITHM = 'HS256'
const ISSUER = 'titanforge'
const AUDIENCE = 'titanforge-api'
// RFC 9068: the type of access tokens, which no other token of ours has.
const TYPE = 'at+jwt'
const LEEWAY_SECONDS = 10

// Nothing else may stand in the header: no key, key id or address of one (RFC 8725, section 3.10).
const header = z.strictObject({ alg: z.literal(ALGORITHM), typ: z.literal(TYPE) })
const claims = z.object({ sub: z.string(), exp: z.number() })

export interface AccessToken {
  accessToken: string
  /** Seconds. */
  expiresIn: number
}

/** Makes and checks access tokens: JSON Web Tokens signed with a shared secret. */
export class AccessTokens {
  readonly #secret: string
  readonly #expiresIn: number

  constructor(options: { jwtSecret: string; accessTokenMinutes: number }) {
    this.#secret = options.jwtSecret
    this.#expiresIn = options.accessTokenMinutes * 60
  }

  issue(userId: string): AccessToken {
    const accessToken = jwt.sign({}, this.#secret, {
      algorithm: ALGORITHM,
      header: { alg: ALGORITHM, typ: TYPE },
      subject: userId,
      issuer: ISSUER,
      audience: AUDIENCE,
      expiresIn: this.#expiresIn,
    })
    return { accessToken, expiresIn: this.#expiresIn }
  }

  /** The user whom a token is for; undefined where it is not one of ours, or not valid now. */
  verify(accessToken: string): string | undefined {
    const token = this.#open(accessToken)
    if (!token || !header.safeParse(token.header).success) return undefined
    return claims.safeParse(token.payload).data?.sub
  }

  #open(accessToken: string): jwt.Jwt | undefined {
    try {
      return jwt.verify(accessToken, this.#secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTolerance: LEEWAY_SECONDS,
        complete: true,
      })
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }
}

/** A SyntaxError is how jsonwebtoken refuses a payload that is not JSON. */
const isRefusal = (error: unknown) =>
  error instanceof jwt.JsonWebTokenError || error instanceof SyntaxError
