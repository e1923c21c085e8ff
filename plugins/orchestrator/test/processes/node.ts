import { application } from '../application.js'
import { oneStep, tenSteps } from './ten-steps.js'

// A process of its own that takes runs on: DATABASE, OUTSIDE, and LIMIT runs at once of each customer.
const { DATABASE: url = '', OUTSIDE: outside = '', LIMIT: limit } = process.env
const ends: (() => unknown)[] = []
await application(
  { teardown: (end) => void ends.unshift(end) },
  {
    url,
    claimSeconds: Number(process.env['CLAIM_SECONDS'] ?? 10),
    workflows: [tenSteps(outside), oneStep(outside)],
    ...(limit ? { limit: () => Number(limit) } : {}),
  },
)
process.once('SIGTERM', () => {
  void (async () => {
    for (const end of ends) await end()
    process.exit(0)
  })()
})
console.log('ready')
