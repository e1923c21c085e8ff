import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export interface Inbox {
  port: number
  /** Whether mails are taken; the server thinks about them until this resolves. */
  thinking: Promise<void>
  /** What arrived for an address, oldest first. */
  mailsTo(address: string): Email[]
  close(): Promise<void>
}

/** Whoever writes to this mailbox is refused for good. */
export const NO_SUCH_USER = 'nobody@example.com'

/** A real SMTP server of the test's own. */
export async function openInbox(port = 0): Promise<Inbox> {
  const mails: Email[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 200,
    onRcptTo({ address }, _session, done) {
      const refusal = Object.assign(new Error('No such user'), { responseCode: 550 })
      done(address === NO_SUCH_USER ? refusal : null)
    },
    onData(stream, _session, done) {
      void buffer(stream)
        .then((raw) => PostalMime.parse(raw))
        .then(async (mail) => {
          mails.push(mail)
          await inbox.thinking
          done()
        })
        .catch(done)
    },
  })
  // A client that is killed breaks its connection off.
  server.on('error', () => undefined)
  const listener = server.listen(port, '127.0.0.1')
  await once(listener, 'listening')
  const inbox: Inbox = {
    thinking: Promise.resolve(),
    port: (listener.address() as AddressInfo).port,
    mailsTo: (address) =>
      mails.filter(({ to }) => to?.some((mailbox) => mailbox.address === address)),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
  return inbox
}
