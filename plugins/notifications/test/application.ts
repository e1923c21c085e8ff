import { randomUUID } from 'node:crypto'
import { auth, Users, type User } from '@titanforge/auth'
import { createForge, EventBus, type PublishOptions } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { subscriptionChanged } from '@titanforge/stripe'
import { notifications } from '../src/index.js'
import type { SubscriptionChange } from './subscription-event.js'

/** An application that notifies, on a database of its own, with mail going to a port of this machine. */
export async function startApplication(smtpPort: number) {
  const { url, drop } = await testDatabase()
  const { log, lines } = captureLog()
  const forge = createForge({
    log,
    plugins: [
      database({ url }),
      events({ retryLimit: 0 }),
      http({ port: 0 }),
      auth({ jwtSecret: randomUUID() }),
      email({ from: 'TitanForge <hello@example.com>', smtpUrl: `smtp://127.0.0.1:${smtpPort}` }),
      notifications({ publicUrl: 'https://forge.example' }),
    ],
  })
  await forge.start()
  const db = forge.get(Database)
  const bus = forge.get(EventBus)

  return {
    forge,
    db,
    bus,
    lines,
    signUp: (fullName?: string): Promise<User> =>
      db.transaction((tx) =>
        forge.get(Users).ensure(tx, { email: `${randomUUID()}@example.com`, fullName }),
      ),
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
             WHERE consumer = 'notifications.welcome' AND id = ANY ($1)`,
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
