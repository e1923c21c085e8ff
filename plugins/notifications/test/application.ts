import { randomUUID } from 'node:crypto'
import { auth, Users, type User } from '@titanforge/auth'
import {
  createForge,
  EventBus,
  type EventType,
  type Plugin,
  type PublishOptions,
} from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import { subscriptionChanged } from '@titanforge/stripe'
import { notifications } from '../src/index.js'
import type { SubscriptionChange } from './subscription-event.js'

export const LINK_SECRET = 'a secret of the tests that is long enough'

type EventSettings = NonNullable<Parameters<typeof events>[0]>

/** What an application that notifies is made of, with mail going to a port of this machine. */
export const notifyingPlugins = (url: string, smtpPort: number, settings: EventSettings = {}) => [
  database({ url, poolSize: 5 }),
  events({ pollSeconds: 0.2, ...settings }),
  http({ port: 0 }),
  auth({ jwtSecret: randomUUID(), passwordCost: 4 }),
  email({ from: 'TitanForge <hello@example.com>', smtpUrl: `smtp://127.0.0.1:${smtpPort}` }),
  notifications({ publicUrl: 'https://forge.example', linkSecret: LINK_SECRET }),
]

/** An application that notifies, on a database of its own. */
export async function startApplication(smtpPort: number, ...others: Plugin[]) {
  const { url, drop } = await testDatabase()
  const { log, lines } = captureLog()
  const plugins = [...notifyingPlugins(url, smtpPort), ...others]
  const forge = createForge({ log, plugins })
  await forge.start()
  const db = forge.get(Database)
  const bus = forge.get(EventBus)

  return {
    forge,
    db,
    bus,
    lines,
    databaseUrl: url,
    url: forge.get(HttpServer).url,
    signUp: (fullName?: string): Promise<User> =>
      db.transaction((tx) =>
        forge.get(Users).ensure(tx, { email: `${randomUUID()}@example.com`, fullName }),
      ),
    /** Publishes an event. Resolves with its id. */
    tell: <Payload>(type: EventType<Payload>, payload: Payload): Promise<string> =>
      db.transaction(async (tx) => (await bus.publish(tx, type, payload)).id),
    /** Publishes events in one transaction. Resolves with their ids. */
    publish: (changes: SubscriptionChange[], options?: PublishOptions): Promise<string[]> =>
      db.transaction(async (tx) => {
        const ids: string[] = []
        for (const change of changes) {
          ids.push((await bus.publish(tx, subscriptionChanged, change, options)).id)
        }
        return ids
      }),
    /** Resolves when the Notification Agent is done with these events. */
    handled: (ids: string[]): Promise<true> =>
      waitFor(
        async () => {
          const waiting = await db.query(
            `SELECT 1 FROM event_deliveries JOIN events USING (position)
             WHERE consumer LIKE 'notifications.%' AND id = ANY ($1)`,
            [ids],
          )
          return waiting.length === 0
        },
        { what: 'the events to be handled' },
      ),
    async stop() {
      await forge.stop()
      await drop()
    },
  }
}
