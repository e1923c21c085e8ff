import { token } from '@titanforge/core'

export { html, type Html } from './html.js'

export interface Mail {
  to: string
  subject: string
  text: string
  html?: string
  /** Names the mail's occasion, such as `welcome:<subscription>`. One key always gives one Message-ID. */
  key: string
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
