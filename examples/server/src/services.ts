import { stripeStandIn, type StripeStandIn } from './stripe-stand-in.js'

type Mode = 'real' | 'local' | 'off'

/** One line of what a start prints: a service, what stands behind it, and what changes that. */
export interface ServiceLine {
  service: string
  mode: Mode
  detail: string
  /** The environment variable that changes it. */
  variable: string
}

interface Service {
  service: string
  variable: string
  /** Where the variable is set. */
  real: string
  otherwise: { mode: 'local' | 'off'; detail: string }
}

const servicesOf = (
  standIn: StripeStandIn | undefined,
  environment: NodeJS.ProcessEnv,
): Service[] => [
  {
    service: 'PostgreSQL',
    variable: 'DATABASE_URL',
    real: 'your server',
    otherwise: { mode: 'local', detail: 'embedded, started with this server' },
  },
  {
    service: 'Stripe webhooks',
    variable: 'STRIPE_WEBHOOK_SECRET',
    real: 'signed with your secret',
    otherwise: {
      mode: 'local',
      detail: standIn
        ? 'from the offline Stripe, signed with a secret made here'
        : 'signed with a secret made here; try `npm run replay`',
    },
  },
  {
    service: 'Stripe API',
    variable: 'STRIPE_SECRET_KEY',
    real: 'every object is fetched before it is applied',
    otherwise: standIn
      ? { mode: 'local', detail: `offline, with a clock at ${standIn.url}/_sandbox/clock` }
      : { mode: 'off', detail: 'webhooks are applied as they come' },
  },
  {
    service: 'E-mail',
    variable: 'SMTP_URL',
    real: 'your SMTP server',
    otherwise: { mode: 'local', detail: 'caught here and shown at /dev/mail' },
  },
  {
    service: 'Log-in tokens',
    variable: 'JWT_SECRET',
    real: 'signed with your secret',
    otherwise: { mode: 'local', detail: 'signed with a secret made here' },
  },
  {
    service: 'GitHub log-in',
    variable: 'GITHUB_CLIENT_ID',
    real: 'for sign-up and log-in',
    otherwise: { mode: 'off', detail: 'log-in is by e-mail and password' },
  },
  {
    service: 'Discord alerts',
    // A webhook, or a bot and its channel.
    variable: environment.DISCORD_CHANNEL_ID ? 'DISCORD_CHANNEL_ID' : 'DISCORD_WEBHOOK_URL',
    real: 'posted to your channel',
    otherwise: { mode: 'off', detail: 'the team is told of nothing' },
  },
  {
    service: 'Discord command',
    variable: 'DISCORD_OPERATORS',
    real: '/run, for your operators',
    otherwise: { mode: 'off', detail: 'no agent is run from there' },
  },
]

/** What stands behind each service, given the environment. Shows no values. */
export function serviceLines(environment: NodeJS.ProcessEnv): ServiceLine[] {
  return servicesOf(stripeStandIn(environment), environment).map(
    ({ service, variable, real, otherwise }) =>
      environment[variable]
        ? { service, variable, mode: 'real', detail: real }
        : { service, variable, ...otherwise },
  )
}

/** The lines as a table for people. */
export function formatServices(lines: readonly ServiceLine[]): string {
  const width = Math.max(...lines.map((line) => line.service.length))
  return lines
    .map(({ service, mode, detail, variable }) => {
      const hint = mode === 'real' ? `(${variable} is set)` : `(set ${variable} to change that)`
      return `  ${service.padEnd(width)}  ${mode.padEnd(5)}  ${detail} ${hint}`
    })
    .join('\n')
}
