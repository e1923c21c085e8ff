import { join } from 'node:path'
import { analytics, analyticsPanels } from '@titanforge/analytics'
import { auth } from '@titanforge/auth'
import { env, envList, type Plugin } from '@titanforge/core'
import { dashboard } from '@titanforge/dashboard'
import { database } from '@titanforge/database'
import { discord } from '@titanforge/discord'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { notifications } from '@titanforge/notifications'
import { orchestrator } from '@titanforge/orchestrator'
import { provisioning } from '@titanforge/provisioning'
import { stripe } from '@titanforge/stripe'
import { catalogue } from './catalogue.js'
import { everyone } from './everyone.js'
import { home } from './home.js'
import { isLiveKey } from './live-key.js'
import { logging, logLevel } from './log.js'
import { localSecrets, type LocalSecrets } from './local-secrets.js'
import { readMetrics } from './metrics.js'
import { microFeature } from './micro-feature/plugin.js'
import { replay } from './replay/plugin.js'
import type { Role } from './role.js'
import { standInPlugin, stripeStandIn } from './stripe-stand-in.js'

const unset = () => undefined

/**
 * The bundled server: every plugin, with its configuration from the environment.
 *
 * @param role what this process does; a worker has to be told where people reach the server, since its
 * mails lead there.
 */
export function serverPlugins(role: Role = 'all'): Plugin[] {
  const isWorker = role === 'worker'
  const publicUrl = isWorker ? env('PUBLIC_URL') : env('PUBLIC_URL', unset)
  const standIn = stripeStandIn(process.env)
  const livemode = isLiveKey(process.env.STRIPE_SECRET_KEY)
  return [
    logging({ level: logLevel }),
    database({
      url: env('DATABASE_URL', unset),
      readUrl: env('DATABASE_READ_URL', unset),
      directory: join(home, 'postgres'),
      poolSize: env('DATABASE_POOL', () => 10),
      migrate: env('DATABASE_MIGRATE', unset) as 'on-start' | 'by-command' | undefined,
    }),
    events({ consume: role !== 'web', claimSeconds: env('EVENT_CLAIM_SECONDS', unset) }),
    http({
      serves: isWorker ? 'health' : 'all',
      port: env('PORT', () => (isWorker ? 0 : 3000)),
      host: env('HOST', () => '127.0.0.1'),
      publicUrl,
      trustedProxies: envList('TRUST_PROXY', unset),
      corsOrigins: envList('CORS_ORIGINS', unset),
      title: 'TitanForge',
      metrics: readMetrics,
    }),
    auth({
      jwtSecret: secrets('JWT_SECRET', (local) => local.jwtSecret),
      home: '/',
      github: {
        clientId: env('GITHUB_CLIENT_ID', unset),
        clientSecret: env('GITHUB_CLIENT_SECRET', unset),
        baseUrl: env('GITHUB_BASE_URL', unset),
        apiUrl: env('GITHUB_API_URL', unset),
      },
    }),
    stripe({
      secretKey: env('STRIPE_SECRET_KEY', () => standIn?.key),
      webhookSecrets: webhookSecrets(),
      apiBase: env('STRIPE_API_BASE', () => standIn?.url),
      publicUrl,
      livemode,
      pages: false,
      plans: catalogue,
    }),
    // A worker asks the one of the web server.
    ...(standIn && !isWorker ? [standInPlugin(standIn, webhookSecrets())] : []),
    provisioning({ everyone, meter: env('STRIPE_USAGE_METER', unset) }),
    orchestrator(),
    microFeature(),
    email({
      smtpUrl: env('SMTP_URL', unset),
      directory: join(home, 'mail'),
      from: env('MAIL_FROM', () => 'TitanForge <hello@titanforge.localhost>'),
    }),
    notifications({
      publicUrl,
      linkSecret: secrets('JWT_SECRET', (local) => local.jwtSecret),
    }),
    discord({
      webhookUrl: env('DISCORD_WEBHOOK_URL', unset),
      botToken: env('DISCORD_BOT_TOKEN', unset),
      channelId: env('DISCORD_CHANNEL_ID', unset),
      operators: envList('DISCORD_OPERATORS', () => []),
      hearsCommands: role !== 'web',
    }),
    analytics({ livemode, reportingCurrency: env('REPORTING_CURRENCY', unset) }),
    analyticsPanels(),
    dashboard({ github: Boolean(process.env.GITHUB_CLIENT_ID) }),
    replay({
      webhookSecrets: webhookSecrets(),
      port: env('PORT', () => 3000),
      asksStripe: standIn !== undefined || Boolean(process.env.STRIPE_SECRET_KEY),
    }),
  ]
}

const isProduction = process.env.NODE_ENV === 'production'
const local = () => localSecrets(join(home, 'secrets.json'))

/** In production a missing secret stops the start; elsewhere the server makes its own. */
const secrets = (name: string, choose: (local: LocalSecrets) => string) =>
  envList(name, () => (isProduction ? [] : [choose(local())]))

const webhookSecrets = () =>
  envList('STRIPE_WEBHOOK_SECRET', () => (isProduction ? [] : [local().webhookSecret]))
