import { randomBytes } from 'node:crypto'
import { CoreErrors, type Command } from '@titanforge/core'
import { setRights } from './accounts/administrate.js'
import { emailAddress } from './accounts/email-address.js'
import type { Services } from './services.js'

const USAGE = 'EMAIL [--superuser] [--name NAME]'

/** `user:create`, the only way to the first superuser. */
export function userCommands(services: Services): Command[] {
  const { db, accounts, sessions, oneTimeTokens, hasher, audit } = services
  return [
    {
      name: 'user:create',
      description:
        'makes an account, or takes over one whose address nobody confirmed, and prints its password; with --superuser, promotes it',
      usage: USAGE,
      options: { superuser: { type: 'boolean', default: false }, name: { type: 'string' } },
      async run({ positionals, values, print }) {
        const email = emailAddress.safeParse(positionals[0])
        if (!email.success || positionals.length > 1) {
          const problem = 'user:create takes one e-mail address.'
          throw CoreErrors.COMMAND_USAGE({ usage: `user:create ${USAGE}`, problem })
        }
        const password = randomBytes(18).toString('base64url')
        const hashedPassword = await hasher.hash(password)
        const fullName = values.name as string | undefined
        const made = await db.transaction(async (tx) => {
          const { id } = await accounts.ensure(tx, { email: email.data, fullName })
          const account = await accounts.lock(tx, id)
          // Whoever has registered the address without confirming it may be anybody, and is left no way in.
          const isNew = !account?.emailVerifiedAt
          if (isNew) {
            const emailVerifiedAt = new Date()
            await accounts.change(tx, id, { hashedPassword, emailVerifiedAt, tokensVoid: true })
            await sessions.endAll(tx, id, 'password')
            await oneTimeTokens.void(tx, id, 'verify', 'reset', 'change_email')
            await audit.record(tx, { action: 'account.set_up_by_command', subjectId: id })
          }
          return { id, isNew }
        })
        if (values.superuser) await setRights(made.id, { isSuperuser: true }, {}, services)
        print(`${email.data} has an account${values.superuser ? ' and is a superuser' : ''}.`)
        if (made.isNew) print(`Password, shown this once: ${password}`)
      },
    },
  ]
}
