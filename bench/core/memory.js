import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../compare.js'
import { goal } from '../goal.js'
import { peers } from './runs.js'

const RUNS = 1000
const ROUNDS = 31
const MOST_MIB = 90
const MOST_RETAINED = 16

/** What a script of this folder prints; undefined where a package is not installed. */
function numberOf(script, ...args) {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', file, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', OPENAI_AGENTS_DISABLE_TRACING: '1' },
  })
  if (status === 0) return Number(stdout.trim().split('\n').at(-1))
  if (stderr.includes('ERR_MODULE_NOT_FOUND')) return undefined
  throw new Error(`${script} ended with ${status}: ${stderr}`)
}

/** What an agent's run takes while it goes on, and what it leaves behind. */
export function reportMemory() {
  console.log(`\n${RUNS} runs at once: peak of the process's memory, ${ROUNDS} rounds`)
  for (const name of ['hand-written loop', 'titanforge agent', ...peers]) {
    const peaks = Array.from({ length: ROUNDS }, () => numberOf('peak.js', name, String(RUNS)))
    if (peaks.includes(undefined)) {
      console.log(`not installed: ${name} (npm install --prefix bench)`)
      continue
    }
    console.log(`  ${name.padEnd(28)} ${median(peaks).toFixed(0)} MiB`)
    if (name !== 'titanforge agent') continue
    const peak = median(peaks)
    goal(`less than ${MOST_MIB} MiB`, peak < MOST_MIB, peak.toFixed(1))
  }

  console.log('\n12,000 runs: heap retained, after a full collection')
  const bytes = numberOf('retained.js')
  goal(`flat: less than ${MOST_RETAINED} bytes a run`, bytes < MOST_RETAINED, bytes.toFixed(1))
}
