import { analytics } from '@titanforge/analytics'
import { auth } from '@titanforge/auth'
import { createForge, type Forge, type Plugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http, HttpServer } from '@titanforge/http'
import { notifications } from '@titanforge/notifications'
import { provisioning } from '@titanforge/provisioning'
import { stripe } from '@titanforge/stripe'
import { noteSecret, refuseSecretsIn } from './secrets-used.js'

export const JWT_SECRET = 'a secret of the tests, long enough to be one'
export const WEBHOOK_SECRET = 'whsec_of_the_security_tests'

type Config<Factory extends (...args: never[]) => unknown> = Partial<
  NonNullable<Parameters<Factory>[0]>
>

export interface Settings {
  auth?: Config<typeof auth>
  http?: Config<typeof http>
  stripe?: Config<typeof stripe>
  /** What a test brings beside them. */
  plugins?: Plugin[]
}

export interface Application {
  url: string
  databaseUrl: string
  forge: Forge
  db: Database
  /** The log so far, one JSON object a line. */
  lines: string[]
  /** Stops it, and looks through its log for every secret that was used. */
  stop(): Promise<void>
}

/** The server's plugins, as it composes them, on a database of its own; mail goes to its catcher. */
export async function startApplication(settings: Settings = {}): Promise<Application> {
  for (const secret of [JWT_SECRET, WEBHOOK_SECRET]) noteSecret(secret)
  const { url, drop } = await testDatabase()
  const { log, lines } = captureLog()
  const forge = createForge({
    log,
    plugins: [
      database({ url, poolSize: 5 }),
      events(),
      http({ port: 0, ...settings.http }),
      // A cheap hash, and room for what many tests do from one address.
      auth({ jwtSecret: JWT_SECRET, passwordCost: 4, limits: ROOM, ...settings.auth }),
      stripe({ webhookSecrets: [WEBHOOK_SECRET], ...settings.stripe }),
      provisioning(),
      email({ from: 'TitanForge <hello@titanforge.localhost>' }),
      notifications({ linkSecret: JWT_SECRET }),
      analytics(),
      ...(settings.plugins ?? []),
    ],
  })
  await forge.start()
  return {
    url: forge.get(HttpServer).url,
    databaseUrl: url,
    forge,
    db: forge.get(Database),
    lines,
    async stop() {
      await forge.stop()
      await drop()
      refuseSecretsIn(lines)
    },
  }
}

export const ROOM = {
  failuresPerAccount: 1000,
  failuresPerAddress: 10_000,
  requestsPerAddress: 10_000,
  mailsPerAccount: 100,
}
