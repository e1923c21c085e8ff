import { AccountLinks, Users } from '@titanforge/auth'
import { definePlugin } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { Mailer } from '@titanforge/email'
import { notificationAgent } from './agent.js'
import { config } from './config.js'
import { migrations } from './migrations/index.js'
import { Notifier } from './notifier.js'

/** Tells people by mail what happened. */
export const notifications = definePlugin({
  name: 'notifications',
  config,
  requires: { db: Database, mailer: Mailer, users: Users, links: AccountLinks },
  migrations,
  setup({ config: product, db, mailer, users, links }) {
    const notifier = new Notifier({ db, mailer, users, links, product })
    return { agents: [notificationAgent(notifier)] }
  },
})
