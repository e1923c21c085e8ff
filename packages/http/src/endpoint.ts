import type { Logger } from '@titanforge/core'
import type { RouterContext } from '@koa/router'
import { answer } from './answer.js'
import { authorize } from './authorize.js'
import { readJson, readRaw } from './body.js'
import type { Guard } from './guard.js'
import type { RequestState } from './request-id.js'
import type { Route } from './route.js'
import { validate } from './validate.js'

const NO_BYTES = Buffer.alloc(0)

/** Serves one route: who calls, what they send, the handler, its answer. */
export function endpoint(route: Route, guard: Guard | undefined, log: Logger) {
  return async (ctx: RouterContext<RequestState>): Promise<void> => {
    const { requestId } = ctx.state
    const identity = await authorize(route.auth, guard, ctx.get('Authorization'))
    const raw =
      route.rawLimitBytes === undefined ? NO_BYTES : await readRaw(ctx, route.rawLimitBytes)
    const body = route.body && (await readJson(ctx))
    const { params, query } = ctx
    const result = await route.handler({
      params: undefined,
      query: undefined,
      body: undefined,
      ...validate(route, { params, query: { ...query }, body }),
      identity,
      raw,
      header: (name) => ctx.get(name),
      requestId,
      log: log.child({ requestId }),
    })
    answer(ctx, result)
  }
}
