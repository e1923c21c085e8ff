import type * as Pino from 'pino'
import { onDemand } from './on-demand.js'

const loadPino = onDemand('pino') as () => typeof Pino

export interface LogMethod {
  (message: string): void
  (fields: object, message: string): void
}

/** Structured logging. Every pino logger is one. */
export interface Logger {
  debug: LogMethod
  info: LogMethod
  warn: LogMethod
  error: LogMethod
  child(fields: Record<string, unknown>): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  level?: LogLevel
  /** Where the lines go; the standard output if left out. */
  destination?: { write(line: string): void }
}

// Last line of defence: whatever is logged under these names is a secret.
const SECRET_FIELDS = [
  'password',
  'secretKey',
  'webhookSecrets',
  'jwtSecret',
  'token',
  'authorization',
  'cookie',
]
const redact = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`])

/** A logger that writes one JSON object a line, in UTC, with known secret fields removed. */
export function createLogger({ level = 'info', destination }: LoggerOptions = {}): Logger {
  const { pino } = loadPino()
  const options = { level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return destination ? pino(options, destination) : pino(options)
}
