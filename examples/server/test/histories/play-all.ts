import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { history } from './history.js'
import { play } from './play.js'
import { openStage } from './stage.js'

// `npm run histories -- --seeds 20`: so many random histories, over two processes of the server.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    steps: { type: 'string', default: '25' },
    /** One history again, by the number that its failure was printed with. */
    seed: { type: 'string' },
    processes: { type: 'string', default: '2' },
  },
})
const first = Number(values.seed ?? 1)
const count = values.seed === undefined ? Number(values.seeds) : 1
const arbitrary = history(Number(values.steps))
let failed = 0
const stage = await openStage({ processes: Number(values.processes) })
try {
  for (let seed = first; seed < first + count; seed++) {
    const [one] = fc.sample(arbitrary, { seed, numRuns: 1 })
    if (!one) continue
    const began = performance.now()
    const problems = await play(stage, one).catch((error: unknown) => [
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    ])
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    if (problems.length > 0) failed++
    process.stdout.write(
      `${problems.length > 0 ? 'not ok' : 'ok'} seed ${seed}, ${one.steps.flat().length} actions, ${seconds} s\n`,
    )
    for (const problem of problems) process.stdout.write(`    ${problem}\n`)
    if (problems.length > 0 && values.seed !== undefined)
      process.stdout.write(`${JSON.stringify(one, null, 1)}\n`)
  }
} finally {
  await stage.close()
}
process.stdout.write(`${count - failed} of ${count} histories ended as they should\n`)
process.exitCode = failed > 0 ? 1 : 0
