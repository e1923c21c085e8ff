import { CoreErrors, type Command, type CommandContext } from '@titanforge/core'
import type { User, Users } from '@titanforge/auth'
import { z } from 'zod'
import type { Grants } from './contract.js'
import type { Override, Overrides } from './entitlements/overrides.js'
import { ProvisioningErrors } from './errors.js'

interface Services {
  users: Users
  grants: Grants
  overrides: Overrides
}

const OVERRIDE = 'EMAIL NAME on|off|NUMBER|clear --reason TEXT [--until 2027-01-31T00:00:00Z]'

/** What operators may ask and change from the command line. */
export const provisioningCommands = ({ users, grants, overrides }: Services): Command[] => [
  {
    name: 'entitlements',
    description: 'prints what a customer may do now, and the overrides among it',
    usage: 'EMAIL',
    async run({ positionals: [email], print }) {
      const { id } = await accountOf(users, email, 'entitlements EMAIL')
      const { plans, features, limits } = await grants.of(id)
      print(`plans: ${plans.join(', ') || 'none'}`)
      print(`features: ${features.join(', ') || 'none'}`)
      for (const [name, value] of Object.entries(limits)) print(`${name}: ${value}`)
      for (const one of await overrides.list(id)) print(describe(one))
    },
  },
  {
    name: 'entitlements:override',
    description: 'gives a customer a feature or a limit whatever was paid for, or takes it away',
    usage: OVERRIDE,
    options: { reason: { type: 'string' }, until: { type: 'string' } },
    async run({ positionals, values, print }) {
      const [email, feature, value] = positionals
      const usage = `entitlements:override ${OVERRIDE}`
      const { id } = await accountOf(users, email, usage)
      if (value === 'clear') {
        for (const kind of ['feature', 'limit'] as const)
          await overrides.clear(id, { kind, feature: feature ?? '' }, {})
        print(`What ${email} pays for decides on ${feature} again.`)
        return
      }
      const override = parse({ feature, value, ...values }, usage)
      await overrides.set(id, override, {})
      print(describe(override))
    },
  },
]

const given = z.object({
  feature: z.string().regex(/^[\w.-]{1,30}$/, 'the NAME is up to 30 letters, digits, _, . and -'),
  value: z.string().regex(/^(on|off|\d{1,15})$/, 'the value is on, off, clear or a whole number'),
  reason: z.string('--reason says why').trim().min(1, '--reason says why').max(500),
  until: z.iso.datetime({ offset: true, error: '--until is a date of ISO 8601' }).optional(),
})

function parse(values: CommandContext['values'], usage: string): Override {
  const parsed = given.safeParse(values)
  if (!parsed.success) {
    const problem = parsed.error.issues.map(({ message }) => message).join('; ')
    throw CoreErrors.COMMAND_USAGE({ usage, problem })
  }
  const { feature, value, reason, until } = parsed.data
  const validUntil = until === undefined ? null : new Date(until)
  return /^\d/.test(value)
    ? { kind: 'limit', feature, value: Number(value), validUntil, reason }
    : { kind: 'feature', feature, value: value === 'on' ? 1 : 0, validUntil, reason }
}

async function accountOf(users: Users, email: string | undefined, usage: string): Promise<User> {
  if (!email) throw CoreErrors.COMMAND_USAGE({ usage, problem: 'Whose? Give an e-mail address.' })
  const user = await users.findByEmail(email)
  if (!user) throw ProvisioningErrors.ACCOUNT_UNKNOWN()
  return user
}

function describe({ kind, feature, value, validUntil, reason }: Override): string {
  const what =
    kind === 'limit' ? `${feature}: ${value}` : `${feature}: ${value === 1 ? 'on' : 'off'}`
  const until = validUntil === null ? 'for good' : `until ${validUntil.toISOString()}`
  return `override ${what} ${until} (${reason})`
}
