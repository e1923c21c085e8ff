import { token } from '@titanforge/core'

export { html, type Html } from './html.js'

/** A picture that the HTML of a mail shows, as `<img src="cid:NAME">`. */
export interface Picture {
  /** Lower-case letters, digits and hyphens. */
  name: string
  png: Uint8Array
}

export interface Mail {
  to: string
  subject: string
  text: string
  html?: string
  /** What the HTML shows; it comes with the mail, since mail programs fetch nothing unasked. */
  pictures?: readonly Picture[]
  /** Names the mail's occasion, such as `welcome:<subscription>`. One key always gives one Message-ID. */
  key: string
  /**
   * For mail that its reader did not ask for just now: where a POST ends mails of this kind at once. It
   * leaves as the headers of RFC 8058, by which mail programs show a button; they want it to be `https:`.
   */
  unsubscribeUrl?: string | undefined
}

/** Sends mail. */
export interface Mailer {
  /**
   * Resolves with the Message-ID once the server has accepted the mail.
   *
   * @throws MAIL_REJECTED for a permanent refusal; RetryLater where trying again makes sense.
   */
  send(mail: Mail): Promise<{ messageId: string }>
}
export const Mailer = token<Mailer>('Mailer')
