import { Router, type RouterContext } from '@koa/router'
import { z } from 'zod'
import type { RequestState } from '../http/request-state.js'
import { rollForward } from '../http/roll-forward.js'
import { invalidRequest } from '../http/stripe-error.js'
import { clockPage } from '../pages/clock-page.js'
import type { Deliverer } from '../webhooks/deliverer.js'
import type { Settings } from '../world/hidden.js'
import type { World } from '../world/world.js'
import {
  advance,
  decide,
  dispute,
  failures,
  openDisputeOf,
  outage,
  setChaos,
  setDunning,
  setFailures,
  setOutage,
  someChaos,
  someDunning,
  span,
  verdict,
} from './control.js'
import { numbersOf } from './numbers-of.js'

type Context = RouterContext<RequestState>

/** What rules the sandbox itself, under `/_sandbox`: forms in, JSON out, or a page for people. */
export function adminRoutes(world: World, deliverer: Deliverer): Router<RequestState> {
  const router = new Router<RequestState>({ prefix: '/_sandbox' })
  const post = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    act: (input: z.output<Schema>, ctx: Context) => unknown,
  ) =>
    router.post(path, async (ctx) => {
      const result = await act(read(schema, ctx.state.form), ctx)
      if (ctx.accepts('json', 'html') === 'html') ctx.redirect('/_sandbox/clock')
      else ctx.body = result ?? stateOf(world)
    })

  router.get('/clock', (ctx) => {
    ctx.type = 'html'
    ctx.body = clockPage(world)
  })
  router.get('/state', (ctx) => {
    ctx.body = stateOf(world)
  })
  router.get('/deliveries', (ctx) => {
    ctx.body = { data: [...world.store.ofKind('sandbox.delivery')] }
  })
  post('/clock', span, (input) => advance(world, input))
  post('/chaos', someChaos, (input) => setChaos(world, input))
  post('/dunning', someDunning, (input) => setDunning(world, input))
  post('/outage', outage, (input) => setOutage(world, input))
  post('/failures', failures, (input) => setFailures(world, input))
  post('/roll-forward', z.object({}), () => rollForward(world))
  post('/disputes', dispute, (input) => ({ id: openDisputeOf(world, input) }))
  post('/disputes/:id', verdict, ({ status }, ctx) => decide(world, String(ctx.params.id), status))
  router.post('/drain', async (ctx) => {
    ctx.body = { left: await deliverer.drain() }
  })
  return router
}

function read<Schema extends z.ZodType>(schema: Schema, form: Record<string, unknown>) {
  const parsed = schema.safeParse(numbersOf(form))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidRequest(issue?.message ?? 'Invalid.', issue?.path.join('.'))
}

function stateOf(world: World) {
  const { chaos, dunning, outage, failures = 0 } = world.store.get('settings') as Settings
  const pending = [...world.store.ofKind('sandbox.delivery')].length
  const { now, file } = world
  return { now, file, pending_deliveries: pending, chaos, dunning, outage, failures }
}
