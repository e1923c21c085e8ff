import { parseArgs } from 'node:util'
import { differences } from './compare.js'
import { recordings } from './recording.js'
import { openStage } from './stage.js'
import { asRecorded, doubled, inParallel, shuffled } from './variants.js'

// `npm run sequences -- --seeds 10`: the whole matrix, a line for each recording that ends in another state.
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10' }, only: { type: 'string' } },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, n) => n + 1)
const variants = [asRecorded, doubled, inParallel, ...seeds.map(shuffled)]
const chosen = recordings().filter(({ name }) => !values.only || name === values.only)
const count = { passed: 0, failed: 0 }

for (const refetch of [false, true]) {
  const stage = await openStage({ refetch })
  try {
    for (const recording of chosen) {
      for (const variant of variants) {
        const found = differences(await stage.play(recording, variant), recording)
        count[found.length === 0 ? 'passed' : 'failed']++
        if (found.length > 0)
          process.stdout.write(
            `not ok ${recording.name}, ${variant.name}, ${refetch ? 'objects fetched' : 'payloads applied'}\n    ${found.join('\n    ')}\n`,
          )
      }
    }
  } finally {
    await stage.close()
  }
}
process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`)
process.exitCode = count.failed > 0 ? 1 : 0
