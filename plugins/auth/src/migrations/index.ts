import { users } from './0001-users.js'
import { sessions } from './0002-sessions.js'
import { oneTimeTokens } from './0003-one-time-tokens.js'
import { apiKeys } from './0004-api-keys.js'
import { githubStates } from './0005-github-states.js'
import { auditLog } from './0006-audit-log.js'
import { rateLimits } from './0007-rate-limits.js'
import { idempotencyKeys } from './0008-idempotency-keys.js'

export const migrations = [
  users,
  sessions,
  oneTimeTokens,
  apiKeys,
  githubStates,
  auditLog,
  rateLimits,
  idempotencyKeys,
]
