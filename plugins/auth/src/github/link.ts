import { lockOwner } from '../accounts/lock-owner.js'
import type { Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import { githubLinked } from '../events.js'
import type { Services } from '../services.js'
import type { GithubUser } from './github-api.js'
import { GithubProblem } from './github-problem.js'

/**
 * Makes a GitHub account a way into the account whose session began the link.
 *
 * @throws GithubProblem
 */
export async function linkGithub(
  { id: githubId, verifiedEmail }: GithubUser,
  sessionId: string,
  client: Client,
  services: Services,
): Promise<void> {
  const { db, bus, accounts, audit } = services
  if (verifiedEmail === undefined) throw new GithubProblem('unverified')
  await db.transaction(async (tx) => {
    // It may have ended while the person was at GitHub.
    const account = await lockOwner(tx, sessionId, services)
    if (!account) throw new GithubProblem('session')
    if (account.githubId === githubId) return
    if (account.githubId !== null) throw new GithubProblem('linked')
    try {
      await accounts.change(tx, account.id, { githubId })
    } catch (error) {
      if ((error as { constraint?: string }).constraint !== 'users_github_id_key') throw error
      throw new GithubProblem('taken')
    }
    await bus.publish(tx, githubLinked, { userId: account.id, githubId })
    await audit.record(tx, {
      action: 'github.linked',
      actorId: account.id,
      subjectId: account.id,
      caller: client,
      after: { githubId },
    })
  })
}

/**
 * Takes GitHub away as a way in.
 *
 * @throws LAST_LOGIN_METHOD
 */
export function unlinkGithub(
  userId: string,
  client: Client,
  { db, accounts, audit }: Services,
): Promise<void> {
  return db.transaction(async (tx) => {
    const account = await accounts.lock(tx, userId)
    if (!account) throw AuthErrors.ACCOUNT_NOT_FOUND()
    if (account.githubId === null) return
    if (account.hashedPassword === null) throw AuthErrors.LAST_LOGIN_METHOD()
    await accounts.change(tx, userId, { githubId: null })
    await audit.record(tx, {
      action: 'github.unlinked',
      actorId: userId,
      subjectId: userId,
      caller: client,
      before: { githubId: account.githubId },
    })
  })
}
