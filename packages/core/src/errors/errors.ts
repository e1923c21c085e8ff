import { knowAcrossCopies } from './across-copies.js'

/**
 * What an error carries besides its code and message.
 *
 * @example
 * const options: ForgeErrorOptions = { status: 404, details: { plan: 'gold' } }
 * new ForgeError('PLAN_UNKNOWN', 'No plan "gold".', options).status // 404
 */
export interface ForgeErrorOptions {
  /** The HTTP status with which it leaves a server; 500 where there is none. */
  status?: number
  /** What went wrong below. */
  cause?: unknown
  /** Facts for the caller, such as the path of each invalid value. Never secrets. */
  details?: unknown
}

/**
 * The one error class: a stable code, and a message that says what to do. `instanceof ForgeError` holds for an
 * error of another copy of this package too, so that nothing is tried again which that one has called final.
 *
 * @example
 * new ForgeError('PLAN_UNKNOWN', 'No plan "gold". GET /api/products lists them.').status // 500
 */
export class ForgeError extends Error {
  override readonly name = 'ForgeError'
  readonly code: string
  readonly status: number
  readonly details: unknown

  static {
    knowAcrossCopies(this, 'ForgeError')
  }

  constructor(code: string, message: string, options: ForgeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = options.status ?? 500
    this.details = options.details
  }
}

/**
 * One kind of error: its HTTP status, and how its message is made.
 *
 * @example
 * const kind: ErrorKind<{ plan: string }> = { status: 422, message: ({ plan }) => `No plan "${plan}".` }
 * defineErrors({ PLAN_UNKNOWN: kind }).PLAN_UNKNOWN({ plan: 'gold' }).message // 'No plan "gold".'
 */
export interface ErrorKind<Params> {
  status?: number
  message: (params: Params) => string
}

// The parameter stands in a contravariant place, so `never` accepts every kind.
type ErrorTable = Record<string, ErrorKind<never>>

type FactoryOptions = Omit<ForgeErrorOptions, 'status'>

type ErrorFactories<Table extends ErrorTable> = {
  [Code in keyof Table]: Parameters<Table[Code]['message']> extends [infer Params]
    ? (params: Params, options?: FactoryOptions) => ForgeError
    : (params?: undefined, options?: FactoryOptions) => ForgeError
}

/**
 * Declares a package's errors in one table; the keys are the stable codes.
 *
 * @example
 * const errors = defineErrors({
 *   PLAN_UNKNOWN: { status: 422, message: (p: { plan: string }) => `No plan "${p.plan}". GET /api/products lists them.` },
 * })
 * errors.PLAN_UNKNOWN({ plan: 'gold' }).code // 'PLAN_UNKNOWN'
 */
export function defineErrors<Table extends ErrorTable>(table: Table): ErrorFactories<Table> {
  const factories = Object.entries(table).map(([code, kind]) => [
    code,
    (params: never, options: FactoryOptions = {}) =>
      new ForgeError(code, kind.message(params), { ...options, status: kind.status }),
  ])
  return Object.fromEntries(factories) as ErrorFactories<Table>
}

/**
 * The message of anything that was thrown.
 *
 * @example
 * messageOf(new Error('no')) // 'no'
 * messageOf('thrown as text') // 'thrown as text'
 */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    // An object without a prototype, or one whose text cannot be had.
    return 'something that cannot be shown'
  }
}
