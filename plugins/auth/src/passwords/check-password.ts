import type { Account } from '../accounts/account.js'
import type { LimitedRequest } from '../limits/limits.js'
import type { Services } from '../services.js'

/**
 * Whether a password is that of an active account. It counts as a try, whatever the account.
 *
 * @param account undefined where the address has none; then it takes as long.
 * @throws TOO_MANY_REQUESTS, PASSWORD_QUEUE_FULL
 */
export async function checkPassword(
  account: Account | undefined,
  { email, password }: { email: string; password: string },
  request: LimitedRequest,
  { hasher, limits }: Pick<Services, 'hasher' | 'limits'>,
): Promise<boolean> {
  await limits.beginLogin(email, request)
  const isRight = await hasher
    .matches(password, account?.hashedPassword)
    .catch(async (error: unknown) => {
      await limits.loginNotTried(email, request)
      throw error
    })
  if (!account?.isActive || !isRight) return false
  await limits.loginSucceeded(email, request)
  return true
}
