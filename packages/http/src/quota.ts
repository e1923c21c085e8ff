import { token } from '@titanforge/core'
import type { Identity } from './guard.js'
import type { Route } from './route.js'

/** A call of a guarded route. */
export interface CountedCall {
  readonly identity: Identity
  readonly route: Pick<Route, 'method' | 'path' | 'auth'>
  /** A header of the answer, be it a success or an error. */
  setHeader(name: string, value: string): void
}

/** How many calls each account may make. Where no plugin provides it, any number. */
export interface Quota {
  /** Counts a call before anything is done for it; throws where the account has none left. */
  count(call: CountedCall): Promise<void>
}
export const Quota = token<Quota>('Quota')
