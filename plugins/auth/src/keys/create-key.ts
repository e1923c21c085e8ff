import { HttpErrors } from '@titanforge/http'
import { lockOwner } from '../accounts/lock-owner.js'
import { requireVerified } from '../accounts/require-verified.js'
import type { Client } from '../client.js'
import type { Services } from '../services.js'
import type { ApiKeyView, NewApiKey } from './api-keys.js'

/**
 * Makes a key for the owner of a session.
 *
 * @returns the key itself too, which cannot be shown again.
 * @throws EMAIL_UNVERIFIED, UNAUTHENTICATED where the session has ended.
 */
export function createKey(
  sessionId: string,
  key: NewApiKey,
  client: Client,
  services: Services,
): Promise<ApiKeyView & { key: string }> {
  const { db, keys } = services
  return db.transaction(async (tx) => {
    const account = await lockOwner(tx, sessionId, services)
    if (!account) throw HttpErrors.UNAUTHENTICATED()
    requireVerified(account)
    return keys.create(tx, account.id, key, client)
  })
}
