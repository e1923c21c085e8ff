import { randomUUID } from 'node:crypto'
import { createForge, createLogger, definePlugin, EventBus, on } from '@titanforge/core'
import { Database, database } from '@titanforge/database'
import { http, HttpServer } from '@titanforge/http'
import { subscriptionChanged } from '@titanforge/stripe'
import { milestoneReached, milestones, reporter } from './index.js'

// Another plugin, which listens to the event of this one.
let celebrate = (_customers: number): void => undefined
const celebrated = new Promise<number>((resolve) => (celebrate = resolve))
const party = definePlugin({
  name: 'party',
  setup: () => ({
    on: [
      on(milestoneReached, 'party.celebrate', async ({ payload }) => celebrate(payload.customers)),
    ],
  }),
})

// With events() of @titanforge/events as one more plugin, what is published would survive the process.
const forge = createForge({
  log: createLogger({ level: 'warn' }),
  plugins: [
    database({ directory: '.titanforge/own-plugin' }),
    http({ port: 0 }),
    milestones({ every: 3 }),
    party(),
  ],
})
await forge.start()

// What the stripe plugin publishes when somebody subscribes.
const subscribed = () => ({
  subscriptionId: randomUUID(),
  userId: randomUUID(),
  revision: 1,
  effectiveAt: new Date().toISOString(),
  before: null,
  after: {
    status: 'active',
    access: true,
    currentPeriodStart: null,
    currentPeriodEnd: null,
    cancelAtPeriodEnd: false,
    scheduledEnd: null,
    items: [],
  },
})
await forge.get(Database).transaction(async (tx) => {
  for (let n = 0; n < 3; n++)
    await forge.get(EventBus).publish(tx, subscriptionChanged, subscribed())
})

console.log(`Hooray, ${await celebrated} customers!`)
console.log(await forge.run(reporter, {}))
const answer = await fetch(`${forge.get(HttpServer).url}/api/milestones`)
console.log(`GET /api/milestones: ${await answer.text()}`)
await forge.stop()
