import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { Logger } from '@titanforge/core'
import { SMTPServer } from 'smtp-server'
import { caughtMail, type CaughtMail } from './caught-mail.js'
import type { MailFolder } from './mail-folder.js'

const KEPT = 500

/**
 * Stands in for the mail server where none is configured: it keeps the last 500 mails, in a folder if it
 * has one, else in memory only. A mail that comes again replaces the first.
 */
export class MailCatcher {
  readonly #log: Logger
  readonly #folder: MailFolder | undefined
  /** By id, oldest first. */
  readonly #mails = new Map<string, CaughtMail>()
  #server: SMTPServer | undefined
  #latest = 0

  constructor(log: Logger, folder?: MailFolder) {
    this.#log = log
    this.#folder = folder
  }

  /** Newest first. */
  get mails(): CaughtMail[] {
    return [...this.#mails.values()].sort(
      (one, other) => other.receivedAt.getTime() - one.receivedAt.getTime(),
    )
  }

  /** Listens on a free port of this machine only. Resolves with the URL to send to. */
  async open(): Promise<string> {
    for (const { raw, receivedAt } of (await this.#folder?.open(KEPT)) ?? [])
      this.#add(await caughtMail(raw, receivedAt))
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
    const raw = await buffer(stream)
    const mail = await caughtMail(raw, this.#now())
    await this.#folder?.write({ id: mail.id, raw, receivedAt: mail.receivedAt })
    this.#add(mail)
    const [oldest] = this.#mails.keys()
    if (oldest === undefined || this.#mails.size <= KEPT) return
    this.#mails.delete(oldest)
    await this.#folder?.remove(oldest)
  }

  /** Never the same twice: mails that come at one moment have one order, also after a restart. */
  #now(): Date {
    this.#latest = Math.max(this.#latest + 1, Date.now())
    return new Date(this.#latest)
  }

  #add(mail: CaughtMail): void {
    this.#mails.delete(mail.id)
    this.#mails.set(mail.id, mail)
  }
}
