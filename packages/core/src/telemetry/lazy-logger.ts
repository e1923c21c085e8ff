import { messageOf } from '../errors/errors.js'
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
    return new LazyLogger(() => childOf(this.#log, fields))
  }
}

/** A child whose fields cannot be written is none, and leaves them out. */
function childOf(log: Logger, fields: Record<string, unknown>): Logger {
  try {
    return log.child(fields)
  } catch {
    return log
  }
}

function write(log: Logger, level: Level, line: Line): void {
  try {
    log[level](...(line as [object, string]))
  } catch (failure) {
    writePlain(log, level, line, failure)
  }
}

/** With what can always be written of the fields. */
function writePlain(log: Logger, level: Level, line: Line, failure: unknown): void {
  const [fields, message] = line.length === 1 ? [{}, line[0]] : line
  try {
    log[level]({ ...plain(fields), notWritten: messageOf(failure) }, message)
  } catch {
    // The log itself fails, and there is nobody else to tell.
  }
}

/**
 * Texts and figures as they are, of errors the message, and no other objects. pino leaves a mark in every error
 * that it writes, which one that is frozen does not take.
 */
function plain(fields: object): object {
  if (fields instanceof Error) return { err: messageOf(fields) }
  try {
    const texts = Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      name === 'err' || value instanceof Error ? messageOf(value) : value,
    ])
    return Object.fromEntries(texts.filter(([, value]) => typeof value !== 'object')) as object
  } catch {
    return {}
  }
}
