import type * as Pino from 'pino'
import { onDemand } from '../on-demand.js'
import { LazyLogger } from './lazy-logger.js'
import { withoutSecrets } from './secrets.js'

const loadPino = onDemand('pino') as () => typeof Pino

/**
 * Writes a line: a message, or fields and a message.
 *
 * @example
 * const { log } = captureLog()
 * const warn: LogMethod = (...line: unknown[]) => log.warn({ line }, 'warned')
 * warn('disk is full')
 */
export interface LogMethod {
  (message: string): void
  (fields: object, message: string): void
}

/**
 * Structured logging. Every pino logger is one.
 *
 * @example
 * const quiet: Logger = createLogger({ level: 'silent' })
 * quiet.child({ plugin: 'shop' }).info({ orders: 3 }, 'counted')
 */
export interface Logger {
  debug: LogMethod
  info: LogMethod
  warn: LogMethod
  error: LogMethod
  child(fields: Record<string, unknown>): Logger
}

/**
 * The least important lines that are written.
 *
 * @example
 * const level: LogLevel = 'warn'
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/**
 * How much is logged, and where to.
 *
 * @example
 * const lines: string[] = []
 * const options: LoggerOptions = { level: 'warn', destination: { write: (line) => void lines.push(line) } }
 * createLogger(options).info('not written')
 * lines // []
 */
export interface LoggerOptions {
  level?: LogLevel
  /** Where the lines go; the standard output if left out. */
  destination?: { write(line: string): void }
}

const hooks = { streamWrite: withoutSecrets }

/**
 * A logger that writes one JSON object a line, in UTC. What fields with the names of secrets hold, such as
 * `password`, `apiKey` and `Authorization`, is removed, however deep they are.
 *
 * @example
 * const lines: string[] = []
 * const log = createLogger({ destination: { write: (line) => void lines.push(line) } })
 * log.info({ password: 'hunter2' }, 'signed up')
 * lines[0]?.includes('hunter2') // false
 */
export function createLogger({ level = 'info', destination }: LoggerOptions = {}): Logger {
  return new LazyLogger(() => {
    const { pino } = loadPino()
    const options = { level, hooks, base: null, timestamp: pino.stdTimeFunctions.isoTime }
    // Each line at once: what pino keeps back it writes on exit, and tries that for ever where a pipe's reader
    // is gone. What nobody reads any more is dropped.
    return pino(options, destination ?? pino.destination({ dest: 1, sync: true }))
  })
}
