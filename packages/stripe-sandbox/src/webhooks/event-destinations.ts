import type { Router, RouterContext } from '@koa/router'
import type { Middleware } from 'koa'
import getRawBody from 'raw-body'
import { z } from 'zod'
import type { RequestState } from '../http/request-state.js'
import { invalidRequest, noSuch } from '../http/stripe-error.js'
import type { EventDestination } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'
import type { World } from '../world/world.js'

const PATH = '/v2/core/event_destinations'
const LIMIT = 64 * 1024
/** The thin events that the sandbox sends. */
const TYPES = ['v1.billing.meter.error_report_triggered']

const changes = z.object({
  name: z.string().min(1).optional(),
  description: z.string().optional(),
  enabled_events: z.array(z.enum(TYPES)).min(1).optional(),
  webhook_endpoint: z.object({ url: z.url() }).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  include: z.array(z.string()).default([]),
})
const given = changes.extend({
  name: z.string().min(1),
  enabled_events: z.array(z.enum(TYPES)).min(1),
  event_payload: z.literal('thin'),
  type: z.literal('webhook_endpoint'),
  webhook_endpoint: z.object({ url: z.url() }),
})

/**
 * Where thin events go, which webhook endpoints never hear of. Of the second API, so bodies are JSON.
 *
 * @see https://docs.stripe.com/api/v2/core/event-destinations
 */
export function eventDestinations(
  router: Router<RequestState>,
  before: Middleware<RequestState>[],
  world: World,
): void {
  router.get(PATH, ...before, (ctx) => {
    const data = world.imagine((tx) =>
      [...tx.each('v2.core.event_destination')].map((it) => shown(tx, it, included(ctx))),
    )
    ctx.body = { data, next_page_url: null, previous_page_url: null }
  })
  router.post(PATH, ...before, async (ctx) => {
    const input = await read(ctx, given)
    ctx.body = world.run((tx) => {
      const made = create(tx, input)
      const known = shown(tx, made, input.include)
      if (!input.include.includes('webhook_endpoint.signing_secret')) return known
      return { ...known, webhook_endpoint: { url: made._url, signing_secret: made._secret } }
    })
  })
  router.get(`${PATH}/:id`, ...before, (ctx) => {
    ctx.body = world.imagine((tx) => shown(tx, named(tx, ctx), included(ctx)))
  })
  router.post(`${PATH}/:id`, ...before, async (ctx) => {
    const { include, webhook_endpoint, ...fields } = await read(ctx, changes)
    ctx.body = world.run((tx) => {
      const destination = named(tx, ctx)
      Object.assign(destination, fields, { updated: iso(tx) })
      if (webhook_endpoint) destination._url = webhook_endpoint.url
      return shown(tx, destination, include)
    })
  })
  for (const [verb, status] of [
    ['enable', 'enabled'],
    ['disable', 'disabled'],
  ] as const) {
    router.post(`${PATH}/:id/${verb}`, ...before, (ctx) => {
      ctx.body = world.run((tx) => {
        const destination = named(tx, ctx)
        Object.assign(destination, { status, updated: iso(tx) })
        return shown(tx, destination, [])
      })
    })
  }
  router.delete(`${PATH}/:id`, ...before, (ctx) => {
    ctx.body = world.run((tx) => {
      const { id } = named(tx, ctx)
      for (const delivery of tx.find('sandbox.delivery', ({ endpoint }) => endpoint === id))
        tx.remove(delivery.id)
      tx.remove(id)
      return { id, object: 'v2.core.event_destination', deleted: true }
    })
  })
}

function create(tx: Transaction, input: z.output<typeof given>): EventDestination {
  const { name, description = '', enabled_events, metadata = {}, webhook_endpoint } = input
  return tx.add('v2.core.event_destination', {
    id: tx.id('v2.core.event_destination'),
    object: 'v2.core.event_destination',
    created: iso(tx),
    description,
    enabled_events,
    event_payload: 'thin',
    events_from: ['@self'],
    livemode: false,
    metadata,
    name,
    status: 'enabled',
    type: 'webhook_endpoint',
    updated: iso(tx),
    _url: webhook_endpoint.url,
    _secret: tx.id('secret'),
  })
}

/** Without its secret, which is told when it is made and never again. */
function shown(tx: Transaction, destination: EventDestination, include: readonly string[]): object {
  const asked = include.includes('webhook_endpoint.url')
  return {
    ...view(tx, destination),
    webhook_endpoint: asked ? { url: destination._url } : {},
  }
}

const included = ({ query }: RouterContext<RequestState>): string[] =>
  Object.entries(query).flatMap(([name, value]) =>
    name.startsWith('include') && value !== undefined ? value : [],
  )

function named(tx: Transaction, ctx: RouterContext<RequestState>): EventDestination {
  const destination = tx.maybe('v2.core.event_destination', String(ctx.params.id))
  if (!destination) throw noSuch('event destination', String(ctx.params.id))
  return destination
}

async function read<Schema extends z.ZodType>(
  ctx: RouterContext<RequestState>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body = await getRawBody(ctx.req, { limit: LIMIT, encoding: 'utf8' })
  const parsed = schema.safeParse(jsonOf(body))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidRequest(issue?.message ?? 'Invalid.', issue?.path.join('.'))
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body)
  } catch {
    throw invalidRequest('The body is no JSON.')
  }
}

const iso = (tx: Transaction) => new Date(tx.now * 1000).toISOString()
