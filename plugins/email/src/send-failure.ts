import { messageOf, RetryLater } from '@titanforge/core'
import type { NodemailerError } from 'nodemailer'
import { EmailErrors } from './errors.js'

const RETRY_SECONDS = 30

// nodemailer's codes for what a server says about the envelope and the message. Its other codes are about
// the connection or the login, so they say nothing about the mail.
const ABOUT_THE_MAIL: unknown[] = ['EENVELOPE', 'EMESSAGE']

/**
 * What sending throws in place of nodemailer's error: MAIL_REJECTED for a permanent refusal of this mail
 * (a 5xx reply, RFC 5321 section 4.2.1), RetryLater for everything that can pass.
 */
export function sendFailure(error: NodemailerError): Error {
  const refused = ABOUT_THE_MAIL.includes(error.code) && error.permanent !== false
  if (refused)
    return EmailErrors.MAIL_REJECTED(
      { reason: error.response ?? messageOf(error) },
      { cause: error },
    )
  return new RetryLater(
    RETRY_SECONDS,
    `The mail server did not take the mail: ${messageOf(error)}`,
    { cause: error },
  )
}
