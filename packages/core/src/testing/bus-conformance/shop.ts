import { defineEvent, type EventType } from '../../events/event.js'
import { on, type Subscription } from '../../events/subscription.js'
import type { Schema } from '../../validation/schema.js'

export interface Order {
  order: string
  /** "nobody", if left out. */
  buyer?: string
}

export const orderSchema: Schema<Order> = {
  '~standard': {
    version: 1,
    vendor: 'titanforge',
    validate(value) {
      const { order, buyer = 'nobody' } = (value ?? {}) as Partial<Order>
      if (typeof order === 'string') return { value: { order, buyer } }
      return { issues: [{ message: 'must be a string', path: ['order'] }] }
    },
  },
}

export const sold = defineEvent({
  name: 'conformance.sold',
  version: 2,
  schema: orderSchema,
  key: ({ order }) => order,
})
export const shipped = defineEvent({ name: 'conformance.shipped', version: 1, schema: orderSchema })

/** A line of a till's roll. */
export interface Line {
  till: string
  number: number
}

const lineSchema: Schema<Line> = {
  '~standard': {
    version: 1,
    vendor: 'titanforge',
    validate: (value) => ({ value: value as Line }),
  },
}
export const line = defineEvent({
  name: 'conformance.line',
  version: 1,
  schema: lineSchema,
  key: ({ till }) => till,
})

/** Retries at once, twice. */
export const QUICK = { retry: { limit: 2, baseSeconds: 0, maxSeconds: 0 } }

export interface Notes {
  /** The orders of all deliveries whose transaction was committed. */
  readonly orders: readonly string[]
  readonly subscription: Subscription
}

/** A consumer that writes down the orders it is told of. */
export function noting(consumer: string, event: EventType<Order> = sold): Notes {
  const orders: string[] = []
  const subscription = on(event, consumer, async ({ payload, tx }) =>
    tx.onCommit(() => orders.push(payload.order)),
  )
  return { orders, subscription }
}
