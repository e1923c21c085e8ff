import { check } from '@titanforge/core'
import { createTransport, type NodemailerError, type Transporter } from 'nodemailer'
import type { Mail, Mailer, Picture } from './contract.js'
import { EmailErrors } from './errors.js'
import { mailSchema } from './mail-schema.js'
import { messageIdOf } from './message-id.js'
import { sendFailure } from './send-failure.js'
import type { Sender } from './sender.js'

// Milliseconds; nodemailer's own are longer than a handler may take. The last one is how long a server may
// think about a mail: who gives up too soon sends it again, and again (RFC 1047).
const LIMITS = {
  dnsTimeout: 5_000,
  connectionTimeout: 5_000,
  greetingTimeout: 5_000,
  socketTimeout: 120_000,
}

/** Sends over SMTP, through a pool of connections that is made on the first mail. */
export class SmtpMailer implements Mailer {
  readonly #from: Sender
  readonly #domain: string
  #transport: Transporter | undefined

  constructor(from: Sender) {
    this.#from = from
    this.#domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  }

  /** Begins to send to a server. Call the result to end that. */
  open(url: string): () => void {
    const transport = createTransport({
      url,
      pool: true,
      ...LIMITS,
      // A password goes out in the clear only where the URL asks for that: whoever sits between could
      // otherwise take the offer of STARTTLS away.
      requireTLS: new URL(url).username !== '',
    })
    this.#transport = transport
    return () => {
      this.#transport = undefined
      transport.close()
    }
  }

  /** @throws MAIL_INVALID, MAIL_REJECTED, MAILER_CLOSED; RetryLater where trying again makes sense. */
  async send(mail: Mail): Promise<{ messageId: string }> {
    const { key, to, unsubscribeUrl, pictures = [], ...content } = valid(mail)
    if (!this.#transport) throw EmailErrors.MAILER_CLOSED()
    const messageId = messageIdOf(key, this.#domain)
    const recipient = { name: '', address: to }
    try {
      await this.#transport.sendMail({
        ...content,
        attachments: pictures.map(inline),
        messageId,
        from: this.#from,
        to: recipient,
        headers: unsubscribeUrl ? unsubscribeHeaders(unsubscribeUrl) : {},
      })
      return { messageId }
    } catch (error) {
      throw sendFailure(error as NodemailerError)
    }
  }
}

/** Shown by the HTML, by its name, and not in the list of attachments (RFC 2392). */
const inline = ({ name, png }: Picture) => ({
  cid: name,
  filename: `${name}.png`,
  content: Buffer.from(png),
  contentType: 'image/png',
  contentDisposition: 'inline' as const,
})

/** RFC 8058 section 3.1. Prepared, since a header that nodemailer folds inside the URL is not understood. */
const unsubscribeHeaders = (url: string) => ({
  'List-Unsubscribe': { prepared: true, value: `<${url}>` },
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
})

function valid(mail: Mail): Mail {
  const checked = check(mailSchema, mail, 'mail')
  if (checked.ok) return checked.value
  const problems = checked.problems.map(({ path, message }) => `${path} ${message}`)
  throw EmailErrors.MAIL_INVALID({ problems }, { details: checked.problems })
}
