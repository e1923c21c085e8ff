import type { IncomingMessage } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import { ForgeError } from '@titanforge/core'
import type { Context } from 'koa'
import getRawBody from 'raw-body'
import { HttpErrors } from './errors.js'

const JSON_LIMIT_BYTES = 1_048_576
// Whoever walks through a value by recursion, as JSON.stringify does, runs out of stack at some thousands.
const JSON_LEVELS = 64

const parseJson = bodyParser({
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  // readJson has looked at the content type.
  detectJSON: () => true,
  jsonLimit: JSON_LIMIT_BYTES,
})

/**
 * Reads a JSON body of at most 1 MiB; undefined where none was sent.
 *
 * @throws CONTENT_TYPE_UNSUPPORTED, BODY_ENCODING_WRONG, BODY_NOT_JSON, BODY_TOO_DEEP, BODY_TOO_LARGE,
 * BODY_INCOMPLETE
 */
export async function readJson(ctx: Context): Promise<unknown> {
  if (ctx.request.length === 0 || ctx.is() === null) return undefined
  if (!ctx.is('json', '+json')) throw HttpErrors.CONTENT_TYPE_UNSUPPORTED()
  try {
    await Promise.race([parseJson(ctx, async () => undefined), interrupted(ctx.req)])
  } catch (error) {
    // Whoever was decompressing it may have left the rest of the body in the way of the next request.
    ctx.req.unpipe().resume()
    throw bodyError(error, JSON_LIMIT_BYTES)
  }
  const { body } = ctx.request
  if (isDeeper(body, JSON_LEVELS)) throw HttpErrors.BODY_TOO_DEEP({ levels: JSON_LEVELS })
  return body
}

/**
 * Rejects where the client goes before the whole body has come: what decompresses it does not hear of that,
 * and would wait for the rest for ever.
 */
const interrupted = (request: IncomingMessage) =>
  new Promise<never>((_, reject) => {
    request.once('close', () => {
      if (!request.complete) reject(HttpErrors.BODY_INCOMPLETE())
    })
  })

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)))

/**
 * Reads the bytes of a body as they are, whatever their type and encoding; empty where none was sent.
 *
 * @throws BODY_TOO_LARGE, BODY_INCOMPLETE
 */
export async function readRaw(ctx: Context, limitBytes: number): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, {
      limit: limitBytes,
      length: ctx.get('Content-Length') || null,
    })
  } catch (error) {
    throw bodyError(error, limitBytes)
  }
}

/** Translates what raw-body and the JSON parser throw; anything unknown stays as it is. */
function bodyError(error: unknown, limitBytes: number): unknown {
  if (error instanceof ForgeError) return error
  const { status, type } = error as { status?: number; type?: string }
  const options = { cause: error }
  if (isOfZlib(error)) return HttpErrors.BODY_ENCODING_WRONG(undefined, options)
  if (status === 413) return HttpErrors.BODY_TOO_LARGE({ limitBytes }, options)
  if (status === 415) return HttpErrors.CONTENT_TYPE_UNSUPPORTED(undefined, options)
  if (type && INCOMPLETE.includes(type)) return HttpErrors.BODY_INCOMPLETE(undefined, options)
  if (status === 400) return HttpErrors.BODY_NOT_JSON(undefined, options)
  return error
}

/** Its errors have a number, as those of the system have, which name a system call too. */
const isOfZlib = (error: unknown) =>
  error instanceof Error && 'errno' in error && !('syscall' in error)

const INCOMPLETE = ['request.aborted', 'request.size.invalid', 'stream.not.readable']
