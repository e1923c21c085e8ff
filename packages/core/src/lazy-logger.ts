import type { Logger } from './logger.js'

type Line = [message: string] | [fields: object, message: string]

/** A logger that is made with its first line: most runs log nothing, and what writes is slow to load. */
export class LazyLogger implements Logger {
  #made: Logger | undefined

  constructor(private readonly make: () => Logger) {}

  get #log(): Logger {
    return (this.#made ??= this.make())
  }

  debug(...line: Line): void {
    this.#log.debug(...(line as [object, string]))
  }

  info(...line: Line): void {
    this.#log.info(...(line as [object, string]))
  }

  warn(...line: Line): void {
    this.#log.warn(...(line as [object, string]))
  }

  error(...line: Line): void {
    this.#log.error(...(line as [object, string]))
  }

  child(fields: Record<string, unknown>): Logger {
    return new LazyLogger(() => this.#log.child(fields))
  }
}
