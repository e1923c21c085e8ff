import { randomUUID } from 'node:crypto'
import type { Address, Email } from 'postal-mime'

/** A mail as the catcher shows it. */
export interface CaughtMail {
  id: string
  messageId: string
  /** With the name, as in `Ada <ada@example.com>`. */
  from: string
  to: string[]
  subject: string
  text: string
  html: string | null
  receivedAt: Date
}

export function caughtMail({ messageId, from, to, subject, text, html }: Email): CaughtMail {
  return {
    id: randomUUID(),
    messageId: messageId ?? '',
    from: from ? display(from) : '',
    to: to?.map(display) ?? [],
    subject: subject ?? '',
    text: text ?? '',
    html: html ?? null,
    receivedAt: new Date(),
  }
}

const display = ({ name, address = '' }: Address) => (name ? `${name} <${address}>` : address)
