import { definePlugin, EventBus } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { cron, EventLog } from '@titanforge/events'
import { AuditTrail, Guard, HttpServer, IdempotencyStore } from '@titanforge/http'
import { AccountModel } from './accounts/account.js'
import { Accounts } from './accounts/accounts.js'
import { PostgresAuditLog } from './audit/audit-log.js'
import { userCommands } from './commands.js'
import { config } from './config.js'
import { AccountLinks, AuditLog, Users } from './contract.js'
import { AuthErrors } from './errors.js'
import { events } from './events.js'
import { GithubPassport } from './github/passport.js'
import { GithubStateStore } from './github/state-store.js'
import { accountGuard } from './guard/account-guard.js'
import { PostgresIdempotencyStore } from './idempotency/postgres-idempotency-store.js'
import { ApiKeys } from './keys/api-keys.js'
import { Limits } from './limits/limits.js'
import { accountLinks } from './links.js'
import { migrations } from './migrations/index.js'
import { PasswordHasher } from './passwords/password-hasher.js'
import { purge } from './purge.js'
import { authRoutes } from './routes/index.js'
import type { Services } from './services.js'
import { RefreshTokens } from './sessions/refresh-tokens.js'
import { SessionStates } from './sessions/session-states.js'
import { Sessions } from './sessions/sessions.js'
import { AccessTokens } from './tokens/access-tokens.js'
import { OneTimeTokens } from './tokens/one-time-tokens.js'
import { Secrets } from './tokens/secrets.js'

/** Accounts: sign up, log in, and who makes a request. */
export const auth = definePlugin({
  name: 'auth',
  config,
  // The event log for its table: an event belongs to a user.
  requires: { db: Database, bus: EventBus, eventLog: EventLog },
  provides: {
    users: Users,
    guard: Guard,
    links: AccountLinks,
    audit: AuditLog,
    trail: AuditTrail,
    idempotency: IdempotencyStore,
  },
  events,
  models: [AccountModel],
  migrations,
  setup({ config, db, bus, forge, log }) {
    const secrets = new Secrets(config.jwtSecret)
    const accounts = new Accounts(db)
    const audit = new PostgresAuditLog(db)
    const services: Services = {
      db,
      bus,
      accounts,
      audit,
      accessTokens: new AccessTokens(secrets, config.accessTokenMinutes),
      refreshTokens: new RefreshTokens(secrets),
      oneTimeTokens: new OneTimeTokens(db, secrets),
      sessions: new Sessions(db, config.sessionDays),
      keys: new ApiKeys(db, audit),
      hasher: new PasswordHasher({ cost: config.passwordCost, queueLimit: config.passwordQueue }),
      limits: new Limits(config.limits, db),
      freshMinutes: config.freshMinutes,
      sessionDays: config.sessionDays,
    }
    const guard = accountGuard(services.accessTokens, new SessionStates(db), services.keys)
    const idempotency = new PostgresIdempotencyStore(db, secrets, log)
    const github = config.github && new GithubPassport(config.github, new GithubStateStore(db))
    // Asked for late: the host needs the guard to start, and knows its address when it serves.
    const publicUrl = () => {
      const server = forge.find(HttpServer)
      if (!server) throw AuthErrors.PUBLIC_URL_UNKNOWN()
      return server.url
    }
    return {
      services: {
        users: accounts,
        guard,
        links: accountLinks(services.oneTimeTokens, publicUrl),
        audit,
        trail: { record: (action) => audit.record(db, action) },
        idempotency,
      },
      routes: authRoutes({ services, guard, github, publicUrl, home: config.home }),
      commands: userCommands(services),
      jobs: [cron('auth.purge', '23 * * * *', () => purge(db, idempotency))],
      async start() {
        if (!github) {
          log.info('log-in through GitHub is off: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET')
        }
        await services.hasher.open()
      },
    }
  },
})
