import { definePlugin, EventBus } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { EventLog } from '@titanforge/events'
import { Guard } from '@titanforge/http'
import { AccessTokens } from './access-tokens.js'
import { Accounts } from './accounts.js'
import { bearerGuard } from './bearer-guard.js'
import { userCommands } from './commands.js'
import { config } from './config.js'
import { loggedIn, signedUp, Users } from './contract.js'
import { migrations } from './migrations/index.js'
import { AccountModel } from './models.js'
import { authRoutes } from './routes.js'

/** Accounts: sign up, log in, and who makes a request. */
export const auth = definePlugin({
  name: 'auth',
  config,
  // The event log for its table: an event belongs to a user.
  requires: { db: Database, bus: EventBus, eventLog: EventLog },
  provides: { users: Users, guard: Guard },
  events: [signedUp, loggedIn],
  models: [AccountModel],
  migrations,
  setup({ config, db, bus }) {
    const accounts = new Accounts(db)
    const tokens = new AccessTokens(config)
    return {
      services: { users: accounts, guard: bearerGuard(tokens, accounts) },
      routes: authRoutes({ db, bus, accounts, tokens }),
      commands: userCommands(db, accounts),
    }
  },
})
