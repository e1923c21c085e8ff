import type { Entitlements, Logger } from '@titanforge/core'
import type { RouterContext } from '@koa/router'
import { answerOnce } from './answer-once.js'
import { answer } from './answer.js'
import { authorize } from './authorize.js'
import { readJson, readRaw } from './body.js'
import { entitle } from './entitle.js'
import type { Guard } from './guard.js'
import type { IdempotencyStore } from './idempotency.js'
import type { Quota } from './quota.js'
import type { RequestState } from './request-id.js'
import type { Route } from './route.js'
import { RouteCall } from './route-call.js'
import { validate } from './validate.js'

/** What the host asks others for. */
export interface Ports {
  guard: Guard | undefined
  idempotency: IdempotencyStore | undefined
  entitlements: Entitlements | undefined
  quota: Quota | undefined
}

const NO_BYTES = Buffer.alloc(0)

/** Serves one route: who calls, what they send, the handler, its answer. */
export function endpoint(route: Route, ports: Ports, log: Logger) {
  const { guard, idempotency, entitlements, quota } = ports
  return async (ctx: RouterContext<RequestState>): Promise<void> => {
    const { requestId } = ctx.state
    const { ip } = ctx
    const identity = await authorize(route, guard, ctx.get('Authorization'), { ip, requestId })
    ctx.state.identity = identity
    if (route.requires) await entitle(route, entitlements, identity)
    if (identity) await quota?.count({ identity, route, setHeader: (...pair) => ctx.set(...pair) })
    const raw =
      route.rawLimitBytes === undefined ? NO_BYTES : await readRaw(ctx, route.rawLimitBytes)
    const body = route.body && (await readJson(ctx))
    const query = route.query && { ...ctx.query }
    const parts = validate(route, { params: ctx.params, query, body })
    await answerOnce(ctx, route, idempotency, { identity, body }, async () => {
      answer(ctx, await route.handler(new RouteCall(ctx, { ...parts, identity, raw }, log)))
    })
  }
}
