import { type } from 'arktype'
import test from 'ava'
import { z } from 'zod'
import { envelope } from '../../src/events/envelope.js'
import { defineEvent } from '../../src/events/event.js'
import type { Schema } from '../../src/validation/schema.js'

const ADA = '0b5e9a6c-5f0e-4c59-8d3d-6a2b7f5c1e11'
const GRACE = '3f0a6f5e-0b57-4f43-9d4e-7a0d3d3c9b22'

const sold = defineEvent({
  name: 'shop.sold',
  version: 2,
  schema: z.object({ orderId: z.string(), buyer: z.string().default(ADA) }),
  key: (payload) => payload.orderId,
  userId: (payload) => payload.buyer,
})

test('the stored form carries what the event type knows, and the payload as the schema made it', (t) => {
  const stored = envelope(sold, { orderId: 'o1' } as never)
  t.like(stored, {
    type: 'shop.sold',
    version: 2,
    key: 'o1',
    userId: ADA,
    source: null,
    externalId: null,
  })
  t.deepEqual(stored.payload, { orderId: 'o1', buyer: ADA })
})

test('the first event of a chain correlates with itself', (t) => {
  const stored = envelope(sold, { orderId: 'o1', buyer: ADA })
  t.is(stored.correlationId, stored.id)
  t.is(stored.causationId, null)
})

test('an event with a cause carries on its correlation', (t) => {
  const first = envelope(sold, { orderId: 'o1', buyer: ADA })
  const second = envelope(sold, { orderId: 'o2', buyer: ADA }, {}, first)
  const third = envelope(sold, { orderId: 'o3', buyer: ADA }, {}, second)
  t.is(third.correlationId, first.id)
  t.is(third.causationId, second.id)
})

test('what the publisher says goes before what the type derives', (t) => {
  const occurredAt = new Date('2026-01-01T00:00:00Z')
  const options = { userId: GRACE, source: 'stripe', externalId: 'evt_1', occurredAt }
  t.like(envelope(sold, { orderId: 'o1', buyer: ADA }, options), options)
})

test('ids sort in the order in which events are made', (t) => {
  const ids = Array.from({ length: 500 }, () => envelope(sold, { orderId: 'o', buyer: ADA }).id)
  t.deepEqual(ids, ids.toSorted())
})

test('a payload that does not fit is refused with the name of the event', (t) => {
  t.throws(() => envelope(sold, { orderId: 1 } as never), {
    code: 'INPUT_INVALID',
    message: /payload of shop\.sold/,
  })
})

for (const version of [0, -1, 1.5, NaN]) {
  test(`an event of version ${version} is refused`, (t) => {
    const define = () => defineEvent({ name: 'shop.sold', version, schema: z.string() })
    t.throws(define, { code: 'DEFINITION_INVALID', message: /^Event "shop\.sold": version is/ })
  })
}

test('a user’s id that is no UUID is refused, whoever gives it', (t) => {
  const refusal = { code: 'EVENT_INVALID', message: /userId is "ada"; give a UUID/ }
  t.throws(() => envelope(sold, { orderId: 'o1', buyer: 'ada' }), refusal)
  t.throws(() => envelope(sold, { orderId: 'o1', buyer: ADA }, { userId: 'ada' }), refusal)
})

test('a key or a user’s id that is no text is refused with the name of the event', (t) => {
  const number = () => 7 as never
  for (const derived of [{ key: number }, { userId: number }]) {
    const event = defineEvent({ ...sold, ...derived, name: 'shop.sold' })
    t.throws(() => envelope(event, { orderId: 'o1', buyer: ADA }), {
      code: 'EVENT_INVALID',
      message: /"shop\.sold".*its (key|userId) is of type number/,
    })
  }
})

test('an event without a schema, or with its fields alone, is refused', (t) => {
  for (const schema of [undefined, { order: z.string() }])
    t.throws(() => defineEvent({ name: 'shop.sold', version: 1, schema: schema as never }), {
      code: 'DEFINITION_INVALID',
      message: /^Event "shop\.sold": schema is .* and no schema/,
    })
})

test('an event whose key is no function, or that would lose it, is refused', (t) => {
  const event = { name: 'shop.sold', version: 1, schema: z.string() } as const
  for (const name of ['key', 'userId', 'upcast'])
    t.throws(() => defineEvent({ ...event, [name]: 'orderId' }), {
      code: 'DEFINITION_INVALID',
      message: new RegExp(`^Event "shop\\.sold": ${name} is no function`),
    })
  class Sold {
    readonly name = 'shop.sold'
    readonly version = 1
    readonly schema = z.string()
    key(order: string) {
      return order
    }
  }
  for (const definition of [new Sold(), undefined as never])
    t.throws(() => defineEvent(definition), {
      code: 'DEFINITION_INVALID',
      message: /^defineEvent\(\): .*plain object/,
    })
})

const holding = (schema: Schema) => defineEvent({ name: 'shop.sold', version: 1, schema })

test('an event that no consumer could read, once it is stored, is refused to its publisher', (t) => {
  const refused = (schema: Schema, payload: unknown) =>
    t.throws(() => envelope(holding(schema), payload), {
      code: 'EVENT_INVALID',
      message: /^Event "shop\.sold": its schema refuses what is stored of it.*z\.coerce\.date/,
    })
  refused(z.object({ lines: z.array(z.object({ at: z.date() })) }), { lines: [{ at: new Date() }] })
  refused(z.map(z.string(), z.number()), new Map([['hat', 1]]))
  refused(z.number().or(z.nan()), Number.NaN)
  refused(type('(string | undefined)[]'), Array<string>(1))
})

test('nor is one published whose schema does not take what it makes', (t) => {
  const cases: [Schema, unknown][] = [
    [z.object({ at: z.date().transform((date) => date.toISOString()) }), { at: new Date() }],
    [z.array(z.string().transform(Number)), ['7']],
    [
      z
        .string()
        .regex(/^\d+$/)
        .transform((order) => `#${order}`),
      '7',
    ],
  ]
  for (const [schema, payload] of cases)
    t.throws(() => envelope(holding(schema), payload), {
      code: 'EVENT_INVALID',
      message: /its schema refuses what is stored of it/,
    })
})

test('an event is published whose schema takes again what is stored', (t) => {
  const at = new Date()
  t.deepEqual(envelope(holding(z.object({ at: z.coerce.date() })), { at }).payload, { at })
  const trimmed = z.object({ name: z.string().trim(), note: z.string().default('none') })
  const made = { name: 'Ada', note: 'none' }
  t.deepEqual(envelope(holding(trimmed), { name: ' Ada ', more: 1 }).payload, made)
  t.is(envelope(holding(z.unknown()), undefined).payload, undefined)
  const deep = JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown
  t.is(envelope(holding(z.unknown()), deep).payload, deep)
})

test('a time that is none is refused', (t) => {
  for (const occurredAt of ['yesterday', 1_790_000_000, {}] as never[])
    t.throws(() => envelope(holding(z.unknown()), 'a hat', { occurredAt }), {
      code: 'EVENT_INVALID',
      message: /its occurredAt is .*; give a valid Date/,
    })
})

test('a payload for which JSON has no text is refused', (t) => {
  const circle: unknown[] = []
  circle.push(circle)
  for (const payload of [() => 1, Symbol('hat'), { toJSON: () => undefined }, 1n, circle])
    t.throws(() => envelope(holding(z.unknown()), payload), {
      code: 'EVENT_INVALID',
      message: /its payload cannot be stored as JSON/,
    })
})
