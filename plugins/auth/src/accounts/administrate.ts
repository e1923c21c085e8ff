import type { Caller } from '@titanforge/http'
import { AuthErrors } from '../errors.js'
import { superuserGranted } from '../events.js'
import type { Services } from '../services.js'

export interface AccountRights {
  isActive?: boolean | undefined
  isSuperuser?: boolean | undefined
}

/**
 * Changes what an account may do. Who loses something loses it at once.
 *
 * @param by the administrator; left out for an operator's command.
 * @throws ACCOUNT_NOT_FOUND, ACCOUNT_UNVERIFIED, LAST_SUPERUSER
 */
export function setRights(
  id: string,
  rights: AccountRights,
  by: { actorId?: string; caller?: Caller },
  { db, bus, accounts, sessions, audit }: Services,
): Promise<void> {
  return db.transaction(async (tx) => {
    const superusers = await accounts.lockSuperusers(tx)
    const account = await accounts.lock(tx, id)
    if (!account) throw AuthErrors.ACCOUNT_NOT_FOUND()
    const before = { isActive: account.isActive, isSuperuser: account.isSuperuser }
    const after = {
      isActive: rights.isActive ?? before.isActive,
      isSuperuser: rights.isSuperuser ?? before.isSuperuser,
    }
    const gains = after.isSuperuser && !before.isSuperuser
    if (gains && !account.emailVerifiedAt) throw AuthErrors.ACCOUNT_UNVERIFIED()
    const isLast = superusers.length === 1 && superusers[0] === id
    if (isLast && !(after.isActive && after.isSuperuser)) throw AuthErrors.LAST_SUPERUSER()
    const loses = (before.isActive && !after.isActive) || (before.isSuperuser && !after.isSuperuser)
    await accounts.change(tx, id, { ...after, ...(loses && { tokensVoid: true }) })
    if (!after.isActive) await sessions.endAll(tx, id, 'disabled')
    if (gains) await bus.publish(tx, superuserGranted, { userId: id })
    await audit.record(tx, {
      action: 'account.rights_changed',
      subjectId: id,
      ...by,
      before,
      after,
    })
  })
}
