import { join } from 'node:path'
import { analytics } from '@titanforge/analytics'
import { auth } from '@titanforge/auth'
import { env, envList, type Plugin } from '@titanforge/core'
import { database } from '@titanforge/database'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { notifications } from '@titanforge/notifications'
import { provisioning } from '@titanforge/provisioning'
import { stripe } from '@titanforge/stripe'
import { home } from './home.js'
import { logging, logLevel } from './log.js'
import { localSecrets, type LocalSecrets } from './local-secrets.js'
import { replay } from './replay/plugin.js'

const unset = () => undefined

/** The bundled server: every plugin, with its configuration from the environment. */
export function serverPlugins(): Plugin[] {
  return [
    logging({ level: logLevel }),
    database({
      url: env('DATABASE_URL', unset),
      directory: join(home, 'postgres'),
      poolSize: env('DATABASE_POOL', () => 10),
    }),
    events({ claimSeconds: env('EVENT_CLAIM_SECONDS', unset) }),
    http({ port: env('PORT', () => 3000), host: env('HOST', () => '127.0.0.1') }),
    auth({ jwtSecret: secret('JWT_SECRET', (local) => local.jwtSecret) }),
    stripe({
      secretKey: env('STRIPE_SECRET_KEY', unset),
      webhookSecrets: webhookSecrets(),
      apiBase: env('STRIPE_API_BASE', unset),
      publicUrl: env('PUBLIC_URL', unset),
      livemode: process.env.STRIPE_SECRET_KEY?.startsWith('sk_live_') ?? false,
    }),
    provisioning(),
    email({
      smtpUrl: env('SMTP_URL', unset),
      directory: join(home, 'mail'),
      from: env('MAIL_FROM', () => 'TitanForge <hello@titanforge.localhost>'),
    }),
    notifications({ publicUrl: env('PUBLIC_URL', unset) }),
    analytics(),
    replay({ webhookSecrets: webhookSecrets(), port: env('PORT', () => 3000) }),
  ]
}

const isProduction = process.env.NODE_ENV === 'production'
const local = () => localSecrets(join(home, 'secrets.json'))

/** In production a missing secret stops the start; elsewhere the server makes its own. */
function secret(name: string, choose: (local: LocalSecrets) => string) {
  return isProduction ? env(name) : env(name, () => choose(local()))
}

const webhookSecrets = () =>
  envList('STRIPE_WEBHOOK_SECRET', () => (isProduction ? [] : [local().webhookSecret]))
