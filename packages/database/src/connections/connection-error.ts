import { ForgeError, messageOf } from '@titanforge/core'
import { DatabaseErrors } from '../errors.js'

// Of the network, and of pg where it gives no code.
const LOST =
  /^(ECONN|ENOT|ENET|EHOST|EAI_|EPIPE|ETIMEDOUT|ENOENT)|^(Connection terminated|Connection timed out|timeout expired|Client (was closed|has encountered a connection error))/
const UNTRUSTED = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|.*support SSL)/
// A server that starts, stops, or broke off for another's crash; a connection that it closed.
const AWAY = /^(08|57P)/
const REFUSED = /^(28|3D)/

interface Raw {
  code?: unknown
  severity?: unknown
  /** Sequelize keeps the driver's error here. */
  original?: unknown
}

/**
 * Gives what keeps a statement from reaching PostgreSQL, or its answer from coming back, our code and
 * remedy. Everything else that PostgreSQL says is left as it is, with its SQLSTATE as `code`.
 */
export function named(error: unknown): unknown {
  const raw = rawOf(error)
  if (raw instanceof ForgeError) return raw
  if (/AcquireTimeout/.test(nameOf(error)))
    return DatabaseErrors.DATABASE_BUSY(
      { reason: 'no connection of the pool came free in time' },
      { cause: error },
    )
  const { code, severity } = raw as Raw
  const state = typeof code === 'string' ? code : ''
  const params = { reason: state && !severity ? reasonOf(state, raw) : messageOf(raw) }
  const options = { cause: raw }
  if (state === '53300') return DatabaseErrors.DATABASE_BUSY(params, options)
  if (state === '57014') return DatabaseErrors.STATEMENT_TIMED_OUT(params, options)
  if (REFUSED.test(state) && severity === 'FATAL')
    return DatabaseErrors.DATABASE_REFUSED(params, options)
  if (UNTRUSTED.test(state || messageOf(raw)))
    return DatabaseErrors.DATABASE_REFUSED(params, options)
  if (isLost(raw)) return DatabaseErrors.DATABASE_UNREACHABLE(params, options)
  return error
}

/** Whether the connection that raised it is of no more use. */
export function isLost(error: unknown): boolean {
  const { code, severity } = rawOf(error) as Raw
  if (severity === 'FATAL' || severity === 'PANIC') return true
  if (typeof code === 'string') return LOST.test(code) || AWAY.test(code)
  return LOST.test(messageOf(rawOf(error)))
}

const rawOf = (error: unknown): object => {
  const { original = error } = (error ?? {}) as Raw
  return typeof original === 'object' && original !== null ? original : { code: undefined }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')

/** Node.js puts the host into its messages, and several of them into one without a message. */
const reasonOf = (code: string, error: object) =>
  UNTRUSTED.test(code) ? `${code}: ${messageOf(error)}` : code
