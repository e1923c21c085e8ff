import { SMTPServer } from 'smtp-server'

export interface MailServer {
  url: string
  /** Of every mail that was taken, in the order in which they came. */
  messageIds: string[]
  close(): void
}

/** A mail server that outlives the product's crashes and keeps each mail's Message-ID. */
export async function mailServer(): Promise<MailServer> {
  const messageIds: string[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, accepted) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        messageIds.push(
          /^Message-ID: (.*)$/im.exec(Buffer.concat(chunks).toString())?.[1] ?? 'none',
        )
        accepted()
      })
    },
  })
  // A client that is killed breaks its connection off.
  smtp.on('error', () => undefined)
  const server = smtp.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  return { url: `smtp://127.0.0.1:${port}`, messageIds, close: () => smtp.close() }
}
