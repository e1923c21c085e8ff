import type { AuditTrail, Identity } from '@titanforge/http'

interface Asking {
  readonly identity: Identity
  readonly ip: string
  readonly requestId: string
}

/**
 * Keeps what a superuser asks for, where there is an audit log. Before it is done: nothing is done that is
 * not kept.
 */
export async function record(
  trail: AuditTrail | undefined,
  { identity, ip, requestId }: Asking,
  action: string,
  after?: object,
): Promise<void> {
  const caller = { ip, requestId }
  await trail?.record({ action, actorId: identity.userId, caller, ...(after && { after }) })
}
