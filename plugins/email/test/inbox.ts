import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ExecutionContext } from 'ava'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail as it came over the wire. */
export interface Received {
  /** Lines end in CRLF. */
  raw: string
  /** The header lines, unfolded. */
  headers: string[]
  /** To whom the envelope said it goes. */
  recipients: string[]
  secure: boolean
  /** Who had logged in. */
  user: unknown
}

export interface Inbox {
  port: number
  received: Received[]
  /** How many connections were made. */
  connections: number
  /** Is called with the socket of each connection. */
  onSocket(hear: (socket: Socket) => void): void
  close(): Promise<void>
}

/** A real SMTP server of the test's own, closed when the test ends. */
export async function openInbox(
  t: ExecutionContext,
  options: SMTPServerOptions = {},
): Promise<Inbox> {
  const received: Received[] = []
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 200,
    onConnect(_session, done) {
      inbox.connections++
      done()
    },
    onData(stream, session, done) {
      void text(stream).then((raw) => {
        const [head = ''] = raw.split('\r\n\r\n')
        const headers = head.replaceAll(/\r\n[ \t]/g, ' ').split('\r\n')
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ raw, headers, recipients, secure: session.secure, user: session.user })
        done()
      }, done)
    },
    ...options,
  })
  // A client that hangs up on a broken handshake is part of what is tested.
  const brokenConnections: Error[] = []
  server.on('error', (error: Error) => brokenConnections.push(error))
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const inbox: Inbox = {
    port: (listener.address() as AddressInfo).port,
    received,
    connections: 0,
    onSocket: (hear) => void listener.on('connection', hear),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
  t.teardown(inbox.close)
  return inbox
}

/** A refusal with a reply code. */
export const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })
