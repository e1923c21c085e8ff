import { createLogger, type Logger } from '../logger.js'

export interface CapturedLog {
  log: Logger
  /** Everything logged so far, one JSON object a line. */
  lines: string[]
}

/**
 * A logger that keeps what it is told, for tests that look at it.
 *
 * @example
 * import { captureLog } from '@titanforge/core/testing'
 *
 * const { log, lines } = captureLog()
 * log.child({ plugin: 'shop' }).warn('sold out')
 * lines // ['{"level":40,"time":"…","plugin":"shop","msg":"sold out"}\n']
 */
export function captureLog(): CapturedLog {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return { log: createLogger({ level: 'debug', destination }), lines }
}
