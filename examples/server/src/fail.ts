import { ForgeError } from '@titanforge/core'

/** Says why the program ends, in a sentence where there is one, and ends it with status 1. */
export function fail(error: unknown): never {
  const text =
    error instanceof ForgeError
      ? `${error.code}: ${error.message}`
      : error instanceof Error
        ? error.stack
        : String(error)
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
