import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { Logger } from '@titanforge/core'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { caughtMail, type CaughtMail } from './caught-mail.js'

const KEPT = 500

/** Stands in for the mail server where none is configured: it keeps the last 500 mails in memory. */
export class MailCatcher {
  readonly #log: Logger
  readonly #mails: CaughtMail[] = []
  #server: SMTPServer | undefined

  constructor(log: Logger) {
    this.#log = log
  }

  /** Newest first. */
  get mails(): CaughtMail[] {
    return this.#mails.toReversed()
  }

  /** Listens on a free port of this machine only. Resolves with the URL to send to. */
  async open(): Promise<string> {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1_000,
      onData: (stream, _session, done) => void this.#keep(stream).then(() => done(), done),
    })
    // Without a listener, a connection that breaks would end the process.
    this.#server.on('error', (error) =>
      this.#log.warn({ err: error }, 'the mail catcher met an error'),
    )
    const listener = this.#server.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    const server = this.#server
    await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()))
  }

  // The sender gets its answer only now, so a mail that was sent can be seen.
  async #keep(stream: Readable): Promise<void> {
    const parsed = await PostalMime.parse(await buffer(stream))
    this.#mails.push(caughtMail(parsed))
    if (this.#mails.length > KEPT) this.#mails.shift()
  }
}
