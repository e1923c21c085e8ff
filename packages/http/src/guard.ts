import { token } from '@titanforge/core'

/** Who makes a request. */
export interface Identity {
  readonly userId: string
  readonly isSuperuser: boolean
  /** What an API key may do. A person who is logged in has none, and may do all that the account may. */
  readonly scopes?: readonly string[]
  /** The log-in that the request belongs to; an API key has none. */
  readonly sessionId?: string
}

/** Where a request comes from. */
export interface Caller {
  /** The client's address. */
  readonly ip: string
  readonly requestId: string
}

/** Tells who makes a request. Provided by an auth plugin; the host asks it for every guarded route. */
export interface Guard {
  /**
   * @param authorization the request's `Authorization` header; empty if none was sent.
   * @returns undefined where it proves nobody.
   */
  identify(authorization: string, caller: Caller): Promise<Identity | undefined>
}
export const Guard = token<Guard>('Guard')
