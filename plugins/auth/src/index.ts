// For the columns of its models, which tools of the database name.
import './accounts/account.js'

export {
  AccountLinks,
  AuditLog,
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
  Users,
  verificationRequested,
  type AuditEntry,
  type AuditRecord,
  type User,
} from './contract.js'
export { AuthErrors } from './errors.js'
export { auth } from './plugin.js'
