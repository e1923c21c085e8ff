import { AuthErrors } from '../errors.js'
import type { Account } from './account.js'

/**
 * Lets only somebody who has shown that the address is theirs add another way in. Otherwise a stranger could
 * register an address, leave a key or a GitHub account there, and come back when its owner has moved in.
 *
 * @see https://arxiv.org/abs/2205.10174 on accounts that are hijacked before they are made.
 * @throws EMAIL_UNVERIFIED
 */
export function requireVerified({ emailVerifiedAt }: Account): void {
  if (!emailVerifiedAt) throw AuthErrors.EMAIL_UNVERIFIED()
}
