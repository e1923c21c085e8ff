import { definePlugin } from '@titanforge/core'
import { config } from './config.js'
import { Mailer } from './contract.js'
import { MailCatcher } from './mail-catcher.js'
import { MailFolder } from './mail-folder.js'
import { mailRoutes } from './routes.js'
import { SmtpMailer } from './smtp-mailer.js'
import { sendEmail } from './tools.js'

/** E-mail over SMTP. Where no server is configured, a catcher in this process takes its place. */
export const email = definePlugin({
  name: 'email',
  config,
  provides: { mailer: Mailer },
  setup({ config: { from, smtpUrl, directory }, forge, log }) {
    const mailer = new SmtpMailer(from)
    const common = { services: { mailer }, tools: [sendEmail] }
    if (smtpUrl) return { ...common, start: () => mailer.open(smtpUrl) }

    const catcher = new MailCatcher(log, directory ? new MailFolder(directory) : undefined)
    // An application without an HTTP host catches mail too; it only has nowhere to show it.
    const hosted = forge.plugins.some(({ collects }) => collects?.includes('routes'))
    return {
      ...common,
      ...(hosted && { routes: mailRoutes(catcher) }),
      async start() {
        const close = mailer.open(await catcher.open())
        log.info(
          { page: hosted && '/dev/mail' },
          'no SMTP server is configured: mail is caught, not sent',
        )
        return async () => {
          close()
          await catcher.close()
        }
      },
    }
  },
})
