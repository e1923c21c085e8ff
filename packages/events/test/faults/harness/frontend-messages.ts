/**
 * Reads what a PostgreSQL client sends, to find its statements.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class FrontendMessages {
  #pending = Buffer.alloc(0)
  #started = false

  /** The texts of the statements that this chunk completes. */
  read(chunk: Buffer): string[] {
    this.#pending = Buffer.concat([this.#pending, chunk])
    const statements: string[] = []
    for (;;) {
      // The first message of a connection has no type.
      const typeBytes = this.#started ? 1 : 0
      if (this.#pending.length < typeBytes + 4) return statements
      const end = typeBytes + this.#pending.readInt32BE(typeBytes)
      if (this.#pending.length < end) return statements
      const statement = this.#started && textOf(this.#pending.subarray(0, end))
      if (statement) statements.push(statement)
      this.#started = true
      this.#pending = this.#pending.subarray(end)
    }
  }
}

function textOf(message: Buffer): string | undefined {
  const type = String.fromCharCode(message[0] ?? 0)
  const strings = message.subarray(5).toString('latin1').split('\0')
  if (type === 'Q') return strings[0]
  // Parse: the name of the prepared statement, then its text.
  if (type === 'P') return strings[1]
  return undefined
}
