import {
  withoutSecrets,
  type EventEnvelope,
  type EventHistory,
  type ForgeView,
} from '@titanforge/core'
import { route, type AuditTrail, type Route } from '@titanforge/http'
import { z } from 'zod'
import { DashboardErrors } from '../errors.js'
import { event, events as eventPage, eventTypes } from './answers.js'
import { record } from './record.js'
import { text } from './text.js'

const id = z.guid()

/** The event log, for those who run the application. Looking is recorded: events are about people. */
export const eventRoutes = (
  forge: Pick<ForgeView, 'plugins'>,
  history: EventHistory,
  trail?: AuditTrail,
): Route[] => [
  route({
    method: 'GET',
    path: '/api/admin/events',
    auth: 'superuser',
    summary: 'The events, newest first; "before" is the id of the last one of the page before',
    query: z.object({
      type: text(200).optional(),
      userId: id.optional(),
      correlationId: id.optional(),
      before: id.optional(),
      limit: z.coerce.number<string>().int().min(1).max(200).default(50),
    }),
    response: eventPage,
    async handler(ctx) {
      const events = await history.list(ctx.query)
      const { type, userId, correlationId } = ctx.query
      await record(trail, ctx, 'admin.events_read', { type, userId, correlationId })
      return { events: events.map(headOf) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/admin/event-types',
    auth: 'superuser',
    summary: 'The types of events that plugins declare',
    response: eventTypes,
    handler: () => ({ types: typesOf(forge) }),
  }),
  route({
    method: 'GET',
    path: '/api/admin/events/:id',
    auth: 'superuser',
    summary: 'An event, without secrets, and what became of it at each consumer',
    params: z.object({ id }),
    response: event,
    async handler(ctx) {
      const found = await history.find(ctx.params.id)
      if (!found) throw DashboardErrors.EVENT_NOT_FOUND()
      await record(trail, ctx, 'admin.event_read', ctx.params)
      const { event: seen, deliveries } = found
      return { ...headOf(seen), payload: shown(seen.payload), deliveries }
    },
  }),
]

const headOf = ({ payload: _payload, traceparent: _traceparent, ...head }: EventEnvelope) => head

/** The types that plugins declare. */
const typesOf = ({ plugins }: Pick<ForgeView, 'plugins'>) =>
  plugins.flatMap(({ events = [] }) => events.map(({ name }) => name)).sort()

/** What others have sent, such as Stripe, may hold what nobody has to see. */
const shown = (payload: unknown): unknown =>
  JSON.parse(withoutSecrets(JSON.stringify(payload ?? null)))
