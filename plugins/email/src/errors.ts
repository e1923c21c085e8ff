import { defineErrors } from '@titanforge/core'

/** Every error of the e-mail plugin, with its remedy. */
export const EmailErrors = defineErrors({
  MAIL_INVALID: {
    status: 422,
    message: (p: { problems: string[] }) =>
      `The mail was not sent, because it is malformed: ${p.problems.join('; ')}. Correct it and send it again.`,
  },
  MAIL_REJECTED: {
    status: 422,
    message: (p: { reason: string }) =>
      `The mail server refused the mail for good (${p.reason}). Check the recipient's address; sending it again unchanged will not help.`,
  },
  MAIL_LOCAL_ONLY: {
    status: 403,
    message: () =>
      'Caught mail is shown on the machine that runs the server only. Open the page there and not through a proxy, as http://localhost:PORT/dev/mail.',
  },
  MAILER_CLOSED: {
    message: () => 'The mailer is not open. Send mail between start() and stop(), not in setup().',
  },
})
