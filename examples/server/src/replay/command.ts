import type { Analytics } from '@titanforge/analytics'
import type { User, Users } from '@titanforge/auth'
import { CoreErrors, ForgeError, type Command } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { EventLog } from '@titanforge/events'
import type { Grants } from '@titanforge/provisioning'
import type { Billing } from '@titanforge/stripe'
import { SingleBar } from 'cli-progress'
import { deliver } from './deliver.js'
import { readEvents, type RecordedEvent } from './event-file.js'
import { stateTable } from './state-table.js'
import { untilSettled } from './until-settled.js'

export interface ReplayServices {
  db: Database
  users: Users
  billing: Billing
  grants: Grants
  analytics: Analytics
  eventLog: EventLog
}

export interface ReplayConfig {
  webhookSecrets: string[]
  port: number
  /** Whether the server asks Stripe, or what stands in for it, for each object. */
  asksStripe: boolean
}

const USAGE = 'FILE.jsonl [--url http://127.0.0.1:3000]'

/** Signs a file of Stripe events, delivers it to the running server, and prints where that led. */
export function replayCommand(config: ReplayConfig, services: ReplayServices): Command {
  return {
    name: 'replay',
    description: 'plays a file of Stripe events to the running server',
    usage: USAGE,
    options: { url: { type: 'string' } },
    async run({ positionals, values, print }) {
      const [file] = positionals
      if (!file)
        throw CoreErrors.COMMAND_USAGE({ usage: `replay ${USAGE}`, problem: 'Which file?' })
      if (config.asksStripe) throw recordedObjectsUnknown()
      const url = typeof values.url === 'string' ? values.url : `http://127.0.0.1:${config.port}`
      const events = await readEvents(file)
      const accounts = await openAccounts(events, services)
      const bar = new SingleBar({
        format: 'Delivering {bar} {value}/{total} {type}',
        clearOnComplete: false,
      })
      bar.start(events.length, 0, { type: '' })
      try {
        for (const event of events) {
          await deliver(event, url, config.webhookSecrets)
          bar.increment({ type: event.type })
        }
      } finally {
        bar.stop()
      }
      await untilSettled(events, services.eventLog)
      print(await stateTable(accounts, services))
    },
  }
}

const recordedObjectsUnknown = () =>
  new ForgeError(
    'REPLAY_NEEDS_NO_API',
    'The server asks Stripe for every object, and Stripe does not know recorded ones. Start the server with STRIPE_SANDBOX=off and without STRIPE_SECRET_KEY, and this command too.',
  )

/** The people in the file have accounts before they pay, as they would have. */
async function openAccounts(
  events: RecordedEvent[],
  { db, users, billing }: ReplayServices,
): Promise<User[]> {
  const emails = new Map<string, string>()
  for (const { reference, email } of events) {
    if (reference && (email || !emails.has(reference)))
      emails.set(reference, email ?? `${reference}@example.com`)
  }
  const accounts: User[] = []
  for (const [reference, email] of emails) {
    const user = await db.transaction(async (tx) => {
      const user = await users.ensure(tx, { email })
      await billing.linkReference(tx, user.id, reference)
      return user
    })
    accounts.push(user)
  }
  return accounts
}
