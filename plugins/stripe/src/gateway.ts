import { ForgeError, messageOf, RetryLater } from '@titanforge/core'
import Stripe from 'stripe'
import type { StripeConfig } from './config.js'
import { StripeErrors } from './errors.js'
import { retrieve } from './sync/retrieve.js'
import type { ObjectType } from './sync/snapshot.js'

/** The longest pause where Stripe names none; any shorter is as likely, so that not all come back at once. */
const PAUSE_SECONDS = 20
// Shorter, all in all, than a handler may take: the bus and the tools try again by themselves.
const PATIENCE = { timeout: 7_000, maxNetworkRetries: 0, telemetry: false }

/** Who wants to know of each request that is sent under an idempotency key: the client may try again by itself. */
interface Watch {
  key: string
  onSent: () => void
}

/** How the client tells of its requests; its own types leave that open. */
interface Sender {
  on(name: 'request', listener: (sent: Stripe.RequestEvent) => void): unknown
}

/** Everything that is asked of Stripe's API. */
export class StripeGateway {
  readonly #client: Stripe | undefined
  readonly #watched = new Map<string | undefined, () => void>()

  constructor({ secretKey, apiBase }: Pick<StripeConfig, 'secretKey' | 'apiBase'>) {
    this.#client = secretKey
      ? new Stripe(secretKey, { ...addressOf(apiBase), ...PATIENCE })
      : undefined
    const sender: Sender | undefined = this.#client
    sender?.on('request', ({ idempotency_key: key }) => this.#watched.get(key)?.())
  }

  /** Whether there is an API key, and so anything to ask. */
  get isConfigured(): boolean {
    return this.#client !== undefined
  }

  /**
   * Calls Stripe.
   *
   * @param watch is told of what `request` sends; of a key, one at a time.
   * @throws STRIPE_NOT_CONFIGURED, STRIPE_KEY_REFUSED, CARD_DECLINED, STRIPE_REFUSED, STRIPE_UNAVAILABLE
   */
  async call<Result>(request: (client: Stripe) => Promise<Result>, watch?: Watch): Promise<Result> {
    if (!this.#client) throw StripeErrors.STRIPE_NOT_CONFIGURED()
    if (watch) this.#watched.set(watch.key, watch.onSent)
    try {
      return await request(this.#client)
    } catch (error) {
      throw mapped(error)
    } finally {
      if (watch) this.#watched.delete(watch.key)
    }
  }

  /**
   * Calls Stripe for a handler that can wait.
   *
   * @throws RetryLater where Stripe is busy or away; otherwise as {@link call} does.
   */
  async calm<Result>(request: (client: Stripe) => Promise<Result>): Promise<Result> {
    try {
      return await this.call(request)
    } catch (error) {
      const cause = error instanceof ForgeError ? error.cause : error
      if (!isTemporary(cause)) throw error
      throw new RetryLater(
        retryAfter(cause) ?? PAUSE_SECONDS * Math.random(),
        `Stripe is not available: ${messageOf(error)}`,
        { cause },
      )
    }
  }

  /**
   * Fetches an object as it is now.
   *
   * @returns undefined where it does not exist (any more).
   * @throws RetryLater where Stripe is busy or away.
   */
  async fetch(type: ObjectType, id: string): Promise<unknown> {
    return this.find((client) => retrieve(client, type, id) as Promise<{ deleted?: unknown }>)
  }

  /**
   * Asks for something that may not exist.
   *
   * @returns undefined where it does not exist (any more).
   * @throws RetryLater where Stripe is busy or away.
   */
  async find<Found extends { deleted?: unknown }>(
    request: (client: Stripe) => Promise<Found>,
  ): Promise<Found | undefined> {
    try {
      const object = await this.calm(request)
      return object.deleted === true ? undefined : object
    } catch (error) {
      const cause = error instanceof ForgeError ? error.cause : error
      if (cause instanceof Stripe.errors.StripeError && cause.statusCode === 404) return undefined
      throw error
    }
  }
}

/** What Stripe has said for good: the change was not made, and asking again with the same key is no use. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ForgeError && ['STRIPE_REFUSED', 'CARD_DECLINED'].includes(error.code)

/**
 * Whether Stripe has answered from what it keeps of an earlier request with the same key, be it a 500.
 *
 * @param answer an object of Stripe's, or an error.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function isRepeated(answer: unknown): boolean {
  const { cause, lastResponse } = answer as { cause?: unknown } & Partial<Stripe.Response<unknown>>
  const headers = cause instanceof StripeError ? cause.headers : lastResponse?.headers
  return headers?.['idempotent-replayed'] === 'true'
}

/** Whether Stripe has refused an idempotency key because it came with other parameters before. */
export const isKeyOfAnother = (error: unknown): boolean =>
  isRefusal(error) && (error as ForgeError).cause instanceof StripeIdempotencyError

/** Whether Stripe has said that the customer of a request does not exist (any more). */
export function isMissingCustomer(error: unknown): boolean {
  const cause = error instanceof ForgeError ? error.cause : error
  const isMissing = cause instanceof StripeError && cause.code === 'resource_missing'
  return isMissing && cause.param === 'customer'
}

function addressOf(apiBase: string | undefined) {
  if (!apiBase) return {}
  const { hostname, port, protocol } = new URL(apiBase)
  return {
    host: hostname,
    port,
    protocol: protocol === 'http:' ? ('http' as const) : ('https' as const),
  }
}

const {
  StripeAPIError,
  StripeAuthenticationError,
  StripeCardError,
  StripeConnectionError,
  StripeError,
  StripeIdempotencyError,
  StripePermissionError,
  StripeRateLimitError,
} = Stripe.errors

function isTemporary(error: unknown): boolean {
  if (error instanceof StripeConnectionError || error instanceof StripeRateLimitError) return true
  if (!(error instanceof StripeError)) return false
  // 409: the same key, or the same object, is at work just now.
  if (error.statusCode === 409) return true
  return error instanceof StripeAPIError && (error.statusCode ?? 500) >= 500
}

/** Stripe's own word on how long to wait, in seconds. */
function retryAfter(error: unknown): number | undefined {
  const seconds = error instanceof StripeError ? Number(error.headers?.['retry-after']) : NaN
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

/** What Stripe says, such as which permission is missing, for the log: it shows a part of the key. */
const withoutKey = ({ message }: Error) => message.replace(/\b[rs]k_\S+/g, 'the key')

function mapped(error: unknown): unknown {
  if (!(error instanceof StripeError)) return error
  if (error instanceof StripeCardError)
    return StripeErrors.CARD_DECLINED({ reason: error.message }, { cause: error })
  if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError)
    return StripeErrors.STRIPE_KEY_REFUSED(undefined, { cause: new Error(withoutKey(error)) })
  if (isTemporary(error)) return StripeErrors.STRIPE_UNAVAILABLE(undefined, { cause: error })
  return StripeErrors.STRIPE_REFUSED({ reason: error.message }, { cause: error })
}
