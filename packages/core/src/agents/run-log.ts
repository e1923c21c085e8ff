import type { Logger } from '../logger.js'

type Line = [message: string] | [fields: object, message: string]

/** The log of a run. Most runs log nothing, so the logger is made with the first line. */
export class RunLog implements Logger {
  #made: Logger | undefined

  constructor(
    private readonly parent: Logger,
    private readonly runId: string,
  ) {}

  get #log(): Logger {
    return (this.#made ??= this.parent.child({ runId: this.runId }))
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
    return this.#log.child(fields)
  }
}
