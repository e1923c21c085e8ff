import { HttpErrors, type Identity } from '@titanforge/http'

/**
 * The session of whoever calls, for routes that only a person may call.
 *
 * @throws UNAUTHENTICATED where another guard let in somebody who has none.
 */
export function currentSession({ sessionId }: Identity): string {
  if (sessionId === undefined) throw HttpErrors.UNAUTHENTICATED()
  return sessionId
}
