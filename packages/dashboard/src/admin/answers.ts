import type {
  ConsumerLoad,
  DeadLetter,
  Delivery,
  EventCount,
  EventEnvelope,
} from '@titanforge/core'
import { z } from 'zod'
import type { CallCount } from './call-counts.js'
import type { Flow, Member } from './swarm.js'

// What leaves, as JSON: the API's description says so, and a test holds the routes to it.

/** The same with every time as text. */
type Json<Value> = { [Key in keyof Value]: Date extends Value[Key] ? Text<Value[Key]> : Value[Key] }
type Text<Value> = Exclude<Value, Date> | string

const moment = z.iso.datetime()
const count = z.int().nonnegative()

const deadLetter = z.object({
  id: z.string().describe("Its own id, not the event's."),
  consumer: z.string(),
  eventId: z.string(),
  at: moment.describe('When the consumer gave up.'),
  reason: z.string().describe("The last error's message."),
}) satisfies z.ZodType<Json<DeadLetter>>

export const deadLetters = z.object({ deadLetters: z.array(deadLetter) })
export const redriven = z.object({ redriven: count })
export const discarded = z.object({ discarded: count })

const head = z.object({
  id: z.string(),
  type: z.string(),
  version: z.int(),
  key: z.string().nullable(),
  userId: z.string().nullable(),
  source: z.string().nullable().describe('Who brought it in; null for the application itself.'),
  externalId: z.string().nullable().describe("The source's own id for it."),
  occurredAt: moment,
  correlationId: z.string().describe('The first event of the chain that led here.'),
  causationId: z.string().nullable().describe('The event whose handler published this one.'),
}) satisfies z.ZodType<Json<Omit<EventEnvelope, 'payload' | 'traceparent'>>>

const delivery = z.object({
  consumer: z.string(),
  state: z.enum(['waiting', 'running', 'retrying', 'handled', 'dead', 'discarded']),
  attempts: count.nullable().describe('How often the consumer has begun; null where unknown.'),
  at: moment.nullable().describe('When it is tried next, or was given up.'),
  reason: z.string().nullable().describe('Why it was given up.'),
}) satisfies z.ZodType<Json<Delivery>>

export const events = z.object({ events: z.array(head) })
export const eventTypes = z.object({ types: z.array(z.string()) })
export const event = head.extend({
  payload: z.unknown().describe('Without secrets.'),
  deliveries: z.array(delivery),
})

const names = z.array(z.string())

const member = z.object({
  name: z.string(),
  requires: names.describe('Services that it uses.'),
  provides: names.describe('Services that it has for others.'),
  agents: z.array(
    z.object({ name: z.string(), description: z.string(), exposed: z.boolean(), tools: names }),
  ),
  tools: names,
}) satisfies z.ZodType<Member>

const flow = z.object({
  event: z.string(),
  from: z.string().describe('The plugin that declares it.'),
  to: z.string().describe('The plugin that consumes it.'),
  consumer: z.string(),
}) satisfies z.ZodType<Flow>

export const swarm = z.object({ members: z.array(member), flows: z.array(flow) })

export const traffic = z.object({
  seconds: z.int().describe('How far back events are counted.'),
  events: z.array(z.object({ type: z.string(), count }) satisfies z.ZodType<EventCount>),
  consumers: z.array(
    z.object({
      consumer: z.string(),
      waiting: count,
      deadLetters: count,
    }) satisfies z.ZodType<ConsumerLoad>,
  ),
  calls: z.array(
    z.object({
      kind: z.enum(['agent', 'tool']),
      name: z.string(),
      running: count,
      ended: count,
      failed: count,
    }) satisfies z.ZodType<CallCount>,
  ),
  counter: z
    .object({ process: z.string(), since: moment })
    .describe('The process whose calls these are, and since when it counts.'),
})
