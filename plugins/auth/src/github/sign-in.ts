import { startSession, type LoggedIn } from '../accounts/log-in.js'
import type { Client } from '../client.js'
import { emailVerified, githubLinked, signedUp } from '../events.js'
import type { Services } from '../services.js'
import type { GithubUser } from './github-api.js'
import { GithubProblem } from './github-problem.js'

/**
 * Signs in whoever has this GitHub account, or signs them up. An address alone never decides who it is: an
 * account with the same one may be somebody else's, who only typed it.
 *
 * @throws GithubProblem
 */
export async function signInWithGithub(
  user: GithubUser,
  client: Client,
  services: Services,
): Promise<LoggedIn> {
  const entered = await enter(user, client, services)
  if (entered) return entered
  const begun = await signUpWithGithub(user, client, services)
  if (begun) return begun
  // Somebody was here before: the same person in another window, or somebody with the same address.
  const again = await enter(user, client, services)
  if (!again) throw new GithubProblem('known')
  return again
}

/** Undefined where nobody has the GitHub account. */
async function enter(
  { id: githubId }: GithubUser,
  client: Client,
  services: Services,
): Promise<LoggedIn | undefined> {
  const { db, accounts } = services
  const known = await accounts.byGithubId(githubId)
  if (!known) return undefined
  return db.transaction(async (tx) => {
    const account = await accounts.lock(tx, known.id)
    // Unlinked a moment ago.
    if (account?.githubId !== githubId) throw new GithubProblem('state')
    if (!account.isActive) throw new GithubProblem('disabled')
    return startSession(tx, account, 'github', client, services)
  })
}

/** Undefined where the address or the GitHub account is taken. */
async function signUpWithGithub(
  { id: githubId, name, verifiedEmail }: GithubUser,
  client: Client,
  services: Services,
): Promise<LoggedIn | undefined> {
  const { db, bus, accounts, audit } = services
  if (verifiedEmail === undefined) throw new GithubProblem('unverified')
  return db.transaction(async (tx) => {
    const made = await accounts.insert(tx, {
      email: verifiedEmail,
      githubId,
      fullName: name,
      isVerified: true,
    })
    if (!made) return undefined
    const { id: userId, email } = made
    await bus.publish(tx, signedUp, { userId, email })
    await bus.publish(tx, emailVerified, { userId, email })
    await bus.publish(tx, githubLinked, { userId, githubId })
    await audit.record(tx, {
      action: 'account.created',
      actorId: userId,
      subjectId: userId,
      caller: client,
      after: { githubId },
    })
    return startSession(tx, { id: userId, tokenVersion: 0 }, 'github', client, services)
  })
}
