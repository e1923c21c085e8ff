import type { Middleware } from 'koa'
import { parametersOf } from '../spec/openapi.js'
import { readParameters } from '../spec/read-parameters.js'
import { asOfVersion } from '../webhooks/older-version.js'
import type { Transaction } from '../world/transaction.js'
import type { World } from '../world/world.js'
import { view } from '../world/view.js'
import { clockOfRequest } from './clock-of-request.js'
import { expand } from './expand.js'
import { begin, isToFail } from './failure.js'
import { once, type Answer } from './idempotency.js'
import type { List } from './list.js'
import type { Call, Operation } from './operation.js'
import type { RequestState } from './request-state.js'
import { invalidRequest } from './stripe-error.js'

/** Answers an operation: reads the parameters, does it in one step of the world, and shows the result. */
export function api(world: World, operation: Operation): Middleware<RequestState> {
  const schema = parametersOf(operation.name)
  return (ctx) => {
    const { form, requestId, version } = ctx.state
    const path = (ctx as unknown as { params: Record<string, string> }).params
    refuseRemoved(form)
    const params = readParameters(schema, form) as Record<string, unknown>
    const key = ctx.method === 'POST' ? ctx.get('idempotency-key') || null : null
    const call = { params, id: Object.values(path).at(-1) ?? '', path, url: ctx.path }
    world.catchUp()
    const moment = {
      ...clockOfRequest(world, { ...params, ...path }),
      request: { id: requestId, idempotency_key: key },
    }
    if (key !== null) ctx.set('Idempotency-Key', key)
    const work = (tx: Transaction) => answer(tx, operation, call, version)
    const step = (tx: Transaction) => (operation.imagines ? world.imagine(work, moment) : work(tx))
    const asked = { method: ctx.method, path: ctx.path, form, requestId }
    const failing = (tx: Transaction) => begin(tx, { operation: operation.name, call })
    const given: Answer =
      key === null
        ? world.run(step, moment)
        : once(world, key, asked, moment, isToFail(world, operation) ? failing : step)
    ctx.status = given.status
    ctx.type = 'application/json'
    if (given.replayed !== undefined) {
      ctx.set('Idempotent-Replayed', 'true')
      ctx.set('Original-Request', given.replayed)
    }
    ctx.body = given.body
  }
}

/**
 * Parameters that the pinned version took away, with a code of their own.
 *
 * @see https://docs.stripe.com/changelog/endive
 */
function refuseRemoved(form: Record<string, unknown>): void {
  if (form.payment_method_types === undefined) return
  throw invalidRequest(
    'The parameter payment_method_types is no longer supported. Leave it out, or use allowed_payment_method_types.',
    'payment_method_types',
    'payment_method_types_no_longer_supported',
  )
}

function answer(
  tx: Transaction,
  operation: Operation,
  call: Omit<Call, 'tx'>,
  version: string,
): Answer {
  const result = operation.answer({ tx, ...call })
  const shown = show(tx, result)
  expand(tx, shown, (call.params.expand as string[] | undefined) ?? [])
  return { status: 200, body: JSON.stringify(asOfVersion(version, shown), null, 2) }
}

function show(tx: Transaction, result: object): object {
  const { object, data } = result as Partial<List<object>>
  if (!['list', 'search_result'].includes(object ?? '') || !data) return view(tx, result)
  return { ...result, data: data.map((record) => view(tx, record)) }
}
