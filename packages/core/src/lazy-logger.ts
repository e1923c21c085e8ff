import { messageOf } from './errors.js'
import type { Logger } from './logger.js'

type Line = [message: string] | [fields: object, message: string]
type Level = Exclude<keyof Logger, 'child'>

/**
 * A logger that is made with its first line: most runs log nothing, and what writes is slow to load. A line that
 * cannot be written is no failure of whoever wrote it, such as a bus that tells of a handler's.
 */
export class LazyLogger implements Logger {
  #made: Logger | undefined

  constructor(private readonly make: () => Logger) {}

  get #log(): Logger {
    return (this.#made ??= this.make())
  }

  debug(...line: Line): void {
    write(this.#log, 'debug', line)
  }

  info(...line: Line): void {
    write(this.#log, 'info', line)
  }

  warn(...line: Line): void {
    write(this.#log, 'warn', line)
  }

  error(...line: Line): void {
    write(this.#log, 'error', line)
  }

  child(fields: Record<string, unknown>): Logger {
    return new LazyLogger(() => this.#log.child(fields))
  }
}

function write(log: Logger, level: Level, line: Line): void {
  try {
    log[level](...(line as [object, string]))
  } catch (failure) {
    writePlain(log, level, line, failure)
  }
}

/** Without the fields. pino leaves a mark in every error that it writes, which one that is frozen does not take. */
function writePlain(log: Logger, level: Level, line: Line, failure: unknown): void {
  const [fields, message] = line.length === 1 ? [{}, line[0]] : line
  const err = 'err' in fields ? { err: messageOf(fields.err) } : {}
  try {
    log[level]({ ...err, notWritten: messageOf(failure) }, message)
  } catch {
    // The log itself fails, and there is nobody else to tell.
  }
}
