import type { Context } from 'koa'
import { HttpErrors } from './errors.js'
import type { Identity } from './guard.js'
import type { IdempotencyStore, StoredAnswer } from './idempotency.js'
import type { Route } from './route.js'

// Visible ASCII, as of a header.
const KEY = /^[\x21-\x7e]{1,255}$/
const KEPT_HEADERS = ['content-type', 'location', 'set-cookie']

/**
 * Answers a POST with an `Idempotency-Key` once: who sends it again gets the first answer again. An error
 * is not kept, for whoever threw it changed nothing.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header
 * @throws IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE
 */
export async function answerOnce(
  ctx: Context,
  route: Route,
  store: IdempotencyStore | undefined,
  { identity, body }: { identity: Identity | undefined; body: unknown },
  answerNow: () => Promise<void>,
): Promise<void> {
  const key = ctx.get('Idempotency-Key')
  const applies = route.method === 'POST' && route.rawLimitBytes === undefined
  if (!store || !applies || key === '') return answerNow()
  if (!KEY.test(key)) throw HttpErrors.IDEMPOTENCY_KEY_INVALID()
  const content = JSON.stringify([ctx.method, ctx.path, ctx.querystring, body])
  const claim = await store.claim({ key, owner: ownerOf(ctx, identity), content })
  switch (claim.state) {
    case 'other':
      throw HttpErrors.IDEMPOTENCY_KEY_REUSED()
    case 'running':
      throw HttpErrors.IDEMPOTENCY_KEY_IN_USE()
    case 'answered':
      repeat(ctx, claim.answer)
      return
    case 'new':
      try {
        await answerNow()
      } catch (error) {
        await claim.release()
        throw error
      }
      // What is sent piece by piece is gone when it is sent.
      if (ctx.body == null || typeof ctx.body === 'string') await claim.keep(answerOf(ctx))
      else await claim.release()
  }
}

/** Without an account, it is the proof that somebody brings, and where from. */
const ownerOf = (ctx: Context, identity: Identity | undefined) =>
  JSON.stringify(
    identity ? [identity.userId] : [ctx.ip, ctx.get('Authorization'), ctx.get('Cookie')],
  )

function answerOf({ status, body, response }: Context): StoredAnswer {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    status,
    headers: Object.fromEntries(headers) as StoredAnswer['headers'],
    body: typeof body === 'string' ? body : null,
  }
}

function repeat(ctx: Context, { status, headers, body }: StoredAnswer): void {
  ctx.body = body
  ctx.set(headers)
  ctx.set('Idempotent-Replayed', 'true')
  ctx.status = status
}
