import { createLogger, type Logger } from '../telemetry/logger.js'

/**
 * A logger, and what it has been told.
 *
 * @example
 * const { lines }: CapturedLog = captureLog()
 * lines // []
 */
export interface CapturedLog {
  log: Logger
  /** Everything logged so far, one JSON object a line. */
  lines: string[]
}

/**
 * A logger that keeps what it is told, for tests that look at it.
 *
 * @example
 * const { log, lines } = captureLog()
 * log.child({ plugin: 'shop' }).warn('sold out')
 * JSON.parse(lines[0] ?? '').msg // 'sold out'
 */
export function captureLog(): CapturedLog {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return { log: createLogger({ level: 'debug', destination }), lines }
}
