import { createHash } from 'node:crypto'
import PostalMime, { type Address, type Attachment } from 'postal-mime'

/** A mail as the catcher shows it. */
export interface CaughtMail {
  /** A hash of the Message-ID: a mail that is delivered again is the same mail. */
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

export async function caughtMail(raw: Uint8Array, receivedAt: Date): Promise<CaughtMail> {
  const { messageId, from, to, subject, text, html, attachments } = await PostalMime.parse(raw, {
    attachmentEncoding: 'base64',
  })
  return {
    // The header is optional (RFC 5322 section 3.6.4); without it, the whole mail tells it from others.
    id: createHash('sha256')
      .update(messageId || raw)
      .digest('hex')
      .slice(0, 32),
    messageId: messageId ?? '',
    from: from ? display(from) : '',
    to: to?.map(display) ?? [],
    subject: subject ?? '',
    text: text ?? '',
    html: html === undefined ? null : withPictures(html, attachments),
    receivedAt,
  }
}

const display = ({ name, address = '' }: Address) => (name ? `${name} <${address}>` : address)

/** The HTML with the pictures that came along in place of their names, since a browser knows no `cid:`. */
const withPictures = (html: string, attachments: readonly Attachment[]) =>
  attachments.reduce((shown, { contentId = '', mimeType, content }) => {
    const name = contentId.replace(/^<(.*)>$/, '$1')
    if (name === '' || !mimeType.startsWith('image/') || typeof content !== 'string') return shown
    return shown.replaceAll(`"cid:${name}"`, `"data:${mimeType};base64,${content}"`)
  }, html)
