import { definePlugin } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { route } from '@titanforge/http'
import { z } from 'zod'
import { reporter } from './agent.js'
import { milestoneReached } from './contract.js'
import { countChanges, countCustomers, customersTable } from './customers.js'

/** Celebrates every so many paying customers. */
export const milestones = definePlugin({
  name: 'milestones',
  config: z.object({ every: z.number().int().min(1).default(100) }),
  requires: { db: Database },
  events: [milestoneReached],
  migrations: [customersTable],
  setup: ({ config, db }) => ({
    agents: [reporter],
    on: [countChanges(config.every)],
    routes: [
      route({
        method: 'GET',
        path: '/api/milestones',
        auth: 'none',
        summary: 'How many customers pay',
        handler: async () => ({ customers: await countCustomers(db) }),
      }),
    ],
  }),
})
