import type { EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Accounts } from './accounts/accounts.js'
import type { AuditLog } from './contract.js'
import type { ApiKeys } from './keys/api-keys.js'
import type { Limits } from './limits/limits.js'
import type { PasswordHasher } from './passwords/password-hasher.js'
import type { RefreshTokens } from './sessions/refresh-tokens.js'
import type { Sessions } from './sessions/sessions.js'
import type { AccessTokens } from './tokens/access-tokens.js'
import type { OneTimeTokens } from './tokens/one-time-tokens.js'

/** The parts of the plugin, as its routes and commands use them. */
export interface Services {
  db: Database
  bus: EventBus
  accounts: Accounts
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  oneTimeTokens: OneTimeTokens
  sessions: Sessions
  keys: ApiKeys
  hasher: PasswordHasher
  limits: Limits
  audit: AuditLog
  /** How recent a log-in has to be for what needs more than an access token. */
  freshMinutes: number
  /** How long a session lasts. */
  sessionDays: number
}
