import { createLogger, type Logger } from '../logger.js'

export interface CapturedLog {
  log: Logger
  /** Everything logged so far, one JSON object a line. */
  lines: string[]
}

/** A logger that keeps what it is told, for tests that look at it. */
export function captureLog(): CapturedLog {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return { log: createLogger({ level: 'debug', destination }), lines }
}
