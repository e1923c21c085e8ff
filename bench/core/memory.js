import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openApart } from '../apart.js'
import { median } from '../compare.js'
import { goal } from '../goal.js'
import { peers } from './runs.js'

const RUNS = 1000
const ROUNDS = 5
const MOST_MIB = 90
const MOST_RETAINED = 16

/** The peak of a fresh process's memory in MiB, with all runs at once in their tool, which takes 200 ms. */
async function peakOf(name) {
  const contestant = await openApart(new URL('runs.js', import.meta.url), name, { waitMs: 200 })
  if (!contestant) return undefined
  const { peakMiB } = await contestant.run(RUNS, RUNS)
  contestant.close()
  return peakMiB
}

/** What an agent's run takes while it goes on, and what it leaves behind. */
export async function reportMemory() {
  console.log(`\n${RUNS} runs at once: peak of the process's memory, ${ROUNDS} rounds`)
  for (const name of ['hand-written loop', 'titanforge agent', ...peers]) {
    const peaks = []
    for (let round = 0; round < ROUNDS; round++) peaks.push(await peakOf(name))
    if (peaks.includes(undefined)) continue
    console.log(`  ${name.padEnd(28)} ${median(peaks).toFixed(0)} MiB`)
    if (name !== 'titanforge agent') continue
    const peak = median(peaks)
    goal(`less than ${MOST_MIB} MiB`, peak < MOST_MIB, peak.toFixed(1))
  }

  console.log('\n12,000 runs: heap retained, after a full collection')
  const script = fileURLToPath(new URL('retained.js', import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`retained.js ended with ${status}`)
  const bytes = Number(stdout)
  goal(`flat: less than ${MOST_RETAINED} bytes a run`, bytes < MOST_RETAINED, bytes.toFixed(1))
}
