import { createForge, type Forge, type Plugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { auth } from '@titanforge/auth'
import { database } from '@titanforge/database'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { stripe } from '@titanforge/stripe'
import { provisioning } from '../../src/index.js'
import { lab } from './lab.js'

export type Settings = NonNullable<Parameters<typeof provisioning>[0]> & {
  stripe?: { secretKey: string; apiBase: string }
}

/** An application that sells, on a database. */
export function compose(
  url: string,
  { stripe: api, ...settings }: Settings,
  more: Plugin[] = [],
): { forge: Forge; lines: string[] } {
  const { log, lines } = captureLog()
  const forge = createForge({
    log,
    plugins: [
      database({ url, poolSize: 10 }),
      events({ claimSeconds: 5 }),
      http({ port: 0, drainMs: 500 }),
      auth({ jwtSecret: 'a secret of the tests, long enough for HS256', passwordCost: 4 }),
      stripe({ webhookSecrets: ['whsec_of_the_tests'], ...api }),
      provisioning(settings),
      lab(),
      ...more,
    ],
  })
  return { forge, lines }
}
