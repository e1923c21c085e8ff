import { token } from '@titanforge/core'

export { html, type Html } from './html.js'

export interface Mail {
  to: string
  subject: string
  text: string
  html?: string
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
