import { HttpErrors, type Identity } from '@titanforge/http'
import type { Account } from '../accounts/account.js'
import type { Services } from '../services.js'

/**
 * The account of whoever calls.
 *
 * @throws UNAUTHENTICATED where it was deleted since the guard looked.
 */
export async function currentAccount(identity: Identity, services: Services): Promise<Account> {
  const account = await services.accounts.byId(identity.userId)
  if (!account) throw HttpErrors.UNAUTHENTICATED()
  return account
}
