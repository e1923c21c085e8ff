import { manyRuns } from './many-runs.js'

// Prints what a thousand runs over two processes come to: node dist/test/processes/thousand-runs.js
const ends: (() => unknown)[] = []
try {
  const seen = await manyRuns({ teardown: (end) => void ends.unshift(end) }, 1000)
  console.table(seen)
} finally {
  for (const end of ends) await end()
}
process.exit(0)
