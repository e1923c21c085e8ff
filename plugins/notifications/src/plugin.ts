import { AccountLinks, Users } from '@titanforge/auth'
import { definePlugin, type AnyAgent } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { Mailer } from '@titanforge/email'
import { HttpServer } from '@titanforge/http'
import { notificationAgent } from './agent.js'
import { emailChannel } from './channels/email-channel.js'
import { config } from './config.js'
import { migrations } from './migrations/index.js'
import { Notifier } from './notifier.js'
import { Preferences } from './preferences/preferences.js'
import { preferenceRoutes } from './preferences/routes.js'
import { UnsubscribeLinks } from './preferences/unsubscribe-links.js'

/** Tells customers and the team what happened, through every channel that there is. */
export const notifications = definePlugin({
  name: 'notifications',
  config,
  requires: { db: Database, mailer: Mailer, users: Users, links: AccountLinks, server: HttpServer },
  collects: ['channels', 'notices'],
  migrations,
  setup({ config, db, mailer, users, links, server, forge }) {
    const preferences = new Preferences(db)
    const unsubscribeLinks = new UnsubscribeLinks(config.linkSecret, () => server.url)
    const product = { productName: config.productName, publicUrl: config.publicUrl }
    const services = { db, users, links, preferences, unsubscribeLinks, product }
    const notifier = new Notifier(services)
    const channels = () => [
      emailChannel(mailer),
      ...forge.all('channels').flatMap(({ value }) => value),
    ]
    let agent: AnyAgent | undefined
    return {
      // Asked for when every setup has run, and with it what other plugins contribute.
      get agents() {
        const others = forge.all('notices').flatMap(({ value }) => value)
        return [(agent ??= notificationAgent(notifier, channels(), others))]
      },
      routes: preferenceRoutes({
        preferences,
        links: unsubscribeLinks,
        channels: () =>
          channels()
            .filter(({ reaches }) => reaches === 'customers')
            .map(({ name }) => name),
      }),
    }
  },
})
