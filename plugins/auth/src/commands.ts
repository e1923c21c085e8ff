import { randomBytes } from 'node:crypto'
import { CoreErrors, type Command } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Accounts } from './accounts.js'
import { emailAddress } from './email-address.js'
import { hashPassword } from './password.js'

const USAGE = 'EMAIL [--superuser] [--name NAME]'

/** `user:create`. */
export function userCommands(db: Database, accounts: Accounts): Command[] {
  return [
    {
      name: 'user:create',
      description:
        'makes an account and prints its password; with --superuser, an existing one is promoted',
      usage: USAGE,
      options: { superuser: { type: 'boolean', default: false }, name: { type: 'string' } },
      async run({ positionals, values, print }) {
        const email = emailAddress.safeParse(positionals[0])
        if (!email.success || positionals.length > 1) {
          const problem = 'user:create takes one e-mail address.'
          throw CoreErrors.COMMAND_USAGE({ usage: `user:create ${USAGE}`, problem })
        }
        const password = randomBytes(18).toString('base64url')
        const hashed = await hashPassword(password)
        const fullName = values.name as string | undefined
        const isNew = await db.transaction(async (tx) => {
          const { id } = await accounts.ensure(tx, { email: email.data, fullName })
          if (values.superuser) await accounts.makeSuperuser(tx, id)
          return accounts.setFirstPassword(tx, id, hashed)
        })
        print(`${email.data} has an account${values.superuser ? ' and is a superuser' : ''}.`)
        if (isNew) print(`Password, shown this once: ${password}`)
      },
    },
  ]
}
