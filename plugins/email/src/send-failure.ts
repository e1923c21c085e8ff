import { messageOf, RetryLater } from '@titanforge/core'
import type { NodemailerError } from 'nodemailer'
import { EmailErrors } from './errors.js'

const RETRY_SECONDS = 30

// nodemailer's codes for what a server says about the envelope and the message. Its other codes are about
// the connection or the login, so they say nothing about the mail.
const ABOUT_THE_MAIL: unknown[] = ['EENVELOPE', 'EMESSAGE']
// Replies to any command that are about the login or TLS (RFC 4954 section 6, RFC 3207 section 4).
const ABOUT_THE_LOGIN: unknown[] = [530, 534, 535, 538]

/**
 * What sending throws in place of nodemailer's error: MAIL_REJECTED for a permanent refusal of this mail
 * (a 5xx reply, RFC 5321 section 4.2.1), RetryLater for everything that can pass or be put right.
 */
export function sendFailure(error: NodemailerError): Error {
  const isAboutTheMail =
    ABOUT_THE_MAIL.includes(error.code) && !ABOUT_THE_LOGIN.includes(error.responseCode)
  if (isAboutTheMail && error.permanent !== false)
    return EmailErrors.MAIL_REJECTED(
      { reason: error.response ?? messageOf(error) },
      { cause: error },
    )
  return new RetryLater(
    RETRY_SECONDS,
    `The mail server did not take the mail: ${messageOf(error).trim()}.${remedyOf(error)}`,
    { cause: error },
  )
}

/** What whoever configures the server can do; nothing where it is only away. */
function remedyOf(error: NodemailerError): string {
  if (error.code === 'EAUTH' || ABOUT_THE_LOGIN.includes(error.responseCode))
    return ' Check the user and the password in the URL of the server (SMTP_URL).'
  if (error.code === 'ETLS' || /certificate|SSL routines/.test(error.message))
    return ' The connection could not be made secure: check the name, the port and the certificate of the server, and that its URL (SMTP_URL) begins with smtps: where it speaks TLS from the first byte. A password is sent without TLS only where the URL says `?requireTLS=false`.'
  return ''
}
