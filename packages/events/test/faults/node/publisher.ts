import { randomUUID } from 'node:crypto'
import { type EventBus, type EventType, messageOf, type Transaction } from '@titanforge/core'
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

  async function publishOne(tx: Transaction, { externalId, key, poison }: EventRequest) {
    const position = key === undefined ? undefined : await nextPosition(tx, key)
    const note = externalId ?? randomUUID()
    const payload = { key, position, poison, [type.version === 1 ? 'text' : 'label']: note }
    const options = externalId ? { source: 'suite', externalId } : {}
    const { id, duplicate } = await bus.publish(tx, type, payload, options)
    return { id, duplicate, row: duplicate ? [] : [[id, externalId, key, position, note]] }
  }

  return {
    hooks: () => hooks,
    async publish({ events, swallow }) {
      const published = await db.transaction(async (tx) => {
        tx.onCommit(() => void hooks++)
        if (swallow === 'before') await swallowed(tx)
        const done = []
        // In the order of keys, so that two transactions never wait for each other's.
        for (const event of events.toSorted(byKey)) done.push(await publishOne(tx, event))
        await writeBusiness(
          tx,
          done.flatMap(({ row }) => row),
        )
        if (swallow === 'after') await swallowed(tx)
        await reach('publisher.before_commit')
        return done.map(({ id, duplicate }) => ({ id, duplicate }))
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

async function writeBusiness(tx: Transaction, rows: readonly unknown[][]): Promise<void> {
  if (rows.length === 0) return
  const column = (index: number) => rows.map((row) => row[index] ?? null)
  await tx.query(
    `INSERT INTO business (event, external_id, key, position, note)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[])`,
    [column(0), column(1), column(2), column(3), column(4)],
  )
}

/** What must never be done, and is done everywhere. */
async function swallowed(tx: Transaction): Promise<void> {
  await tx.query('SELECT 1 / 0').catch((error: unknown) => messageOf(error))
}
