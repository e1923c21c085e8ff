import { defineTool } from '@titanforge/core'
import { z } from 'zod'
import { address } from './address.js'
import { Mailer } from './contract.js'
import { line } from './line.js'

/** Lets an agent send mail. Tried again in the same run, it gives the mail the same Message-ID. */
export const sendEmail = defineTool({
  name: 'send_email',
  description: 'Sends an e-mail to one recipient. Resolves once the mail server has accepted it.',
  effect: 'idempotent',
  input: z.object({
    to: address.describe("The recipient's e-mail address"),
    subject: line,
    body: z.string().describe('The mail as plain text'),
    html_body: z.string().optional().describe('The same as HTML, for clients that show it'),
  }),
  output: z.object({ message_id: z.string() }),
  async run({ to, subject, body, html_body }, ctx) {
    const mail = { to, subject, text: body, html: html_body, key: ctx.idempotencyKey }
    const { messageId } = await ctx.get(Mailer).send(mail)
    return { message_id: messageId }
  },
})
