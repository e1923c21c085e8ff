import { token, type Transaction } from '@titanforge/core'
import type { Caller } from '@titanforge/http'

export {
  emailChanged,
  emailChangeRequested,
  emailVerified,
  githubLinked,
  loggedIn,
  loginFailed,
  passwordChanged,
  registrationRepeated,
  resetRequested,
  signedUp,
  superuserGranted,
  verificationRequested,
} from './events.js'

export interface User {
  id: string
  email: string
  fullName: string | null
}

/** The accounts of the application. */
export interface Users {
  find(id: string): Promise<User | undefined>
  findByEmail(email: string): Promise<User | undefined>
  /** Makes an account without a password, for operators' commands; the existing one where the address is taken. */
  ensure(tx: Transaction, account: { email: string; fullName?: string }): Promise<User>
}
export const Users = token<Users>('Users')

/** The links of mails about accounts. */
export interface AccountLinks {
  /**
   * The address behind a link that an event names: a secret that only its recipient may see.
   *
   * @returns undefined where it was used or a newer one has taken its place.
   */
  find(linkId: string): Promise<string | undefined>
}
export const AccountLinks = token<AccountLinks>('AccountLinks')

/** Something that somebody did. Never give it a secret: nobody can take it away again. */
export interface AuditEntry {
  /** Such as `account.disabled`. */
  action: string
  /** Who did it; left out for the system and for somebody unknown. */
  actorId?: string | undefined
  /** The account that it was done to. */
  subjectId?: string | undefined
  caller?: Caller | undefined
  before?: unknown
  after?: unknown
}

/** An entry as it is read. */
export interface AuditRecord {
  id: string
  at: Date
  action: string
  actorId: string | null
  /** As it is now; null where the account was deleted, too. */
  actorEmail: string | null
  subjectId: string | null
  subjectEmail: string | null
  ip: string | null
  requestId: string | null
  before: unknown
  after: unknown
}

/** What was done to accounts and by administrators. It only grows: the database refuses anything else. */
export interface AuditLog {
  /** Records in the transaction of what is recorded. */
  record(tx: Pick<Transaction, 'query'>, entry: AuditEntry): Promise<void>
  /** Newest first; `before` is the id of the last entry of the page before. */
  list(page: { limit: number; before?: string | undefined }): Promise<AuditRecord[]>
}
export const AuditLog = token<AuditLog>('AuditLog')
