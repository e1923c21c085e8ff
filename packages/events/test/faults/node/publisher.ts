import { randomUUID } from 'node:crypto'
import {
  messageOf,
  type EventBus,
  type EventType,
  type Message,
  type Published,
  type Transaction,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { reach } from './fault-points.js'
import type { Made } from './made.js'
import type { EventRequest, PublishReply, PublishRequest } from './settings.js'

export interface Publisher {
  publish(request: PublishRequest): Promise<PublishReply>
  /** How many after-commit hooks ran. */
  hooks(): number
}

/** Writes a business row for each event in the transaction that publishes it. */
export function publisher(db: Database, bus: EventBus, type: EventType<Made>): Publisher {
  let hooks = 0

  async function publishIn(tx: Transaction, requests: readonly EventRequest[]) {
    const messages: Message<Made>[] = []
    // In the order of keys, so that two transactions never wait for each other's.
    for (const { externalId, key, poison } of requests.toSorted(byKey)) {
      const position = key === undefined ? undefined : await nextPosition(tx, key)
      const note = externalId ?? randomUUID()
      const payload = { key, position, poison, [type.version === 1 ? 'text' : 'label']: note }
      messages.push({ payload, ...(externalId && { source: 'suite', externalId }) })
    }
    const published = await bus.publishAll(tx, type, messages)
    await writeBusiness(tx, messages, published)
    return published
  }

  return {
    hooks: () => hooks,
    async publish({ events, swallow }) {
      const published = await db.transaction(async (tx) => {
        tx.onCommit(() => void hooks++)
        if (swallow === 'before') await swallowed(tx)
        const done = await publishIn(tx, events)
        if (swallow === 'after') await swallowed(tx)
        await reach('publisher.before_commit')
        return done
      })
      await reach('publisher.after_commit')
      return { published }
    },
  }
}

const byKey = (one: EventRequest, other: EventRequest) =>
  (one.key ?? '') < (other.key ?? '') ? -1 : Number(one.key !== other.key)

/** Holds the key until the commit, as an update of what the event is about would. */
async function nextPosition(tx: Transaction, key: string): Promise<number> {
  const [row] = await tx.query<{ position: string }>(
    `INSERT INTO positions VALUES ($1, 1)
     ON CONFLICT (key) DO UPDATE SET position = positions.position + 1 RETURNING position`,
    [key],
  )
  return Number(row?.position)
}

/** A row for each event, unless that is known already. */
async function writeBusiness(
  tx: Transaction,
  messages: readonly Message<Made>[],
  published: readonly Published[],
): Promise<void> {
  const fresh = messages.flatMap((message, index) => {
    const { id, duplicate } = published[index] ?? { duplicate: true }
    return duplicate ? [] : [{ id, ...message }]
  })
  await tx.query(
    `INSERT INTO business (event, external_id, key, position, note)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[])`,
    [
      fresh.map(({ id }) => id),
      fresh.map(({ externalId }) => externalId ?? null),
      fresh.map(({ payload }) => payload.key ?? null),
      fresh.map(({ payload }) => payload.position ?? null),
      fresh.map(({ payload }) => payload.label ?? payload.text),
    ],
  )
}

/** What must never be done, and is done everywhere. */
async function swallowed(tx: Transaction): Promise<void> {
  await tx.query('SELECT 1 / 0').catch((error: unknown) => messageOf(error))
}
