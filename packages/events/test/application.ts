import {
  defineEvent,
  definePlugin,
  EventBus,
  on,
  type PublishOptions,
  type Subscription,
  type SubscriptionOptions,
} from '@titanforge/core'
import { testForge } from '@titanforge/core/testing'
import { database, Database, sqlMigration } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import type { ExecutionContext } from 'ava'
import { z } from 'zod'
import { events, EventLog, type Job } from '../src/index.js'

export const noted = defineEvent({
  name: 'test.noted',
  version: 1,
  schema: z.object({ text: z.string() }),
  key: ({ text }) => text.split('-')[0],
})

// Without a unique index, so that an effect applied twice shows.
const effects = sqlMigration('0001-effects', {
  up: 'CREATE TABLE effects (consumer text, text text, at bigint GENERATED ALWAYS AS IDENTITY)',
  down: 'DROP TABLE effects',
})

/** A consumer that writes each text into the table of effects. */
export const record = (consumer: string, options?: SubscriptionOptions) =>
  on(
    noted,
    consumer,
    async ({ tx, payload }) => {
      await tx.query('INSERT INTO effects (consumer, text) VALUES ($1, $2)', [
        consumer,
        payload.text,
      ])
    },
    options,
  )

const DELIVERY = { claimSeconds: 2, retryLimit: 2, retryBaseSeconds: 0.2, pollSeconds: 0.3 }

interface Parts {
  on?: Subscription[]
  jobs?: Job[]
  /** The database of another application of the same test; a fresh one if left out. */
  url?: string
  config?: NonNullable<Parameters<typeof events>[0]>
  serve?: boolean
}

/** An application on the durable bus, with a table of effects. */
export async function application(t: ExecutionContext, parts: Parts = {}) {
  const url = parts.url ?? (await fresh(t))
  const plugin = definePlugin({
    name: 'test',
    requires: { bus: EventBus },
    events: [noted],
    migrations: [effects],
    setup: () => ({ on: parts.on ?? [], jobs: parts.jobs ?? [] }),
  })
  const plugins = [database({ url }), events({ ...DELIVERY, ...parts.config }), plugin()]
  const { forge, lines, bus } = await testForge(t, plugins, { serve: parts.serve })
  const db = forge.get(Database)
  return {
    url,
    lines,
    forge,
    db,
    bus,
    log: forge.get(EventLog),
    publish: (text: string, options?: PublishOptions) =>
      db.transaction((tx) => bus.publish(tx, noted, { text }, options)),
    effects: async (consumer: string) =>
      (
        await db.query<{ text: string }>(
          'SELECT text FROM effects WHERE consumer = $1 ORDER BY at',
          [consumer],
        )
      ).map((row) => row.text),
    command: async (...argv: string[]) => {
      const printed: string[] = []
      await forge.command(argv, (line) => printed.push(line))
      return printed
    },
  }
}

async function fresh(t: ExecutionContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  return url
}
