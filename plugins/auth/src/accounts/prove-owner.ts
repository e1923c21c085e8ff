import { AuthErrors } from '../errors.js'
import type { LimitedRequest } from '../limits/limits.js'
import { checkPassword } from '../passwords/check-password.js'
import type { Services } from '../services.js'
import type { Account } from './account.js'

export interface Proof {
  currentPassword?: string | undefined
  sessionId: string | undefined
}

/**
 * Makes sure that it is the owner who asks, and not somebody at their open browser: by the current password,
 * which counts as a log-in, or by a log-in of a moment ago (OWASP ASVS 5, section 7.5.1).
 *
 * @throws PASSWORD_WRONG, LOGIN_NOT_FRESH, TOO_MANY_REQUESTS
 */
export async function proveOwner(
  account: Account,
  { currentPassword, sessionId }: Proof,
  request: LimitedRequest,
  services: Services,
): Promise<void> {
  if (currentPassword === undefined) {
    const { sessions, freshMinutes } = services
    if (await sessions.isFresh(sessionId, freshMinutes)) return
    throw AuthErrors.LOGIN_NOT_FRESH({ minutes: freshMinutes })
  }
  const { email } = account
  const given = { email, password: currentPassword }
  if (await checkPassword(account, given, request, services)) return
  throw AuthErrors.PASSWORD_WRONG()
}
