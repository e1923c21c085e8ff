import { Analytics } from '@titanforge/analytics'
import { Users } from '@titanforge/auth'
import { definePlugin } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { EventLog } from '@titanforge/events'
import { Grants } from '@titanforge/provisioning'
import { Billing } from '@titanforge/stripe'
import { z } from 'zod'
import { replayCommand } from './command.js'

/** The command `replay`: plays a file of Stripe events to the running server. */
export const replay = definePlugin({
  name: 'replay',
  config: z.object({
    webhookSecrets: z.array(z.string()),
    port: z.coerce.number().catch(0),
    asksStripe: z.boolean(),
  }),
  requires: {
    db: Database,
    users: Users,
    billing: Billing,
    grants: Grants,
    analytics: Analytics,
    eventLog: EventLog,
  },
  setup: ({ config, ...services }) => ({ commands: [replayCommand(config, services)] }),
})
