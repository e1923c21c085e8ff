import { defineModel } from '@titanforge/database'

/** A row of `events`. */
export interface EventRow {
  id: string
  /** Null for events of the system. */
  userId: string | null
  eventType: string
  payload: unknown
  timestamp: Date
  version: number
  source: string | null
  externalId: string | null
  key: string | null
  correlationId: string
  causationId: string | null
  trace: string | null
}

declare module '@titanforge/database' {
  interface Models {
    Event: EventRow
  }
}

/** The log as agents read it. What belongs in it is published; nothing is written through a model. */
export const EventModel = defineModel<EventRow>({
  name: 'Event',
  table: 'events',
  attributes: (types) => ({
    id: { type: types.UUID, primaryKey: true },
    userId: types.UUID,
    eventType: { type: types.TEXT, allowNull: false },
    payload: { type: types.JSONB, allowNull: false },
    timestamp: { type: types.DATE, allowNull: false },
    version: { type: types.INTEGER, allowNull: false },
    source: types.TEXT,
    externalId: types.TEXT,
    key: types.TEXT,
    correlationId: { type: types.UUID, allowNull: false },
    causationId: types.UUID,
    trace: types.TEXT,
  }),
})
