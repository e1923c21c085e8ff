import { token } from '@titanforge/core'

/** Who makes a request. */
export interface Identity {
  userId: string
  isSuperuser: boolean
}

/** Tells who makes a request. Provided by an auth plugin; the host asks it for every guarded route. */
export interface Guard {
  /**
   * @param authorization the request's `Authorization` header; empty if none was sent.
   * @returns undefined where it proves nobody.
   */
  identify(authorization: string): Promise<Identity | undefined>
}
export const Guard = token<Guard>('Guard')
