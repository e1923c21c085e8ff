import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openApart } from '../apart.js'
import { median } from '../compare.js'
import { goal, unmeasured } from '../goal.js'
import { peers } from './runs.js'

const ROUNDS = 15
const FOLDER = fileURLToPath(new URL('..', import.meta.url))
const MOST = 0.4

/** Milliseconds to import a package in a fresh process; undefined where it is not installed. */
function importOf(name) {
  const code = `const start = performance.now()
    await import(${JSON.stringify(name)})
    console.log(performance.now() - start)
    process.exit()`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: FOLDER,
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  return status === 0 ? Number(stdout.trim().split('\n').at(-1)) : undefined
}

/** Milliseconds from nothing to the first answer of an agent, the import included. */
async function firstAnswerOf(name) {
  const contestant = await openApart(new URL('runs.js', import.meta.url), name)
  contestant?.close()
  return contestant?.openMs
}

/** Measures in turns, and answers with the times of each. */
async function inTurns(names, measure) {
  const times = new Map(names.map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) times.get(name).push(await measure(name))
  }
  return times
}

function print(times, reference) {
  const base = times.get(reference)
  for (const [name, all] of times) {
    if (all.includes(undefined)) {
      console.log(`not installed: ${name} (npm install --prefix bench)`)
      continue
    }
    const ratio = base.includes(undefined)
      ? ''
      : median(all.map((ms, i) => ms / base[i])).toFixed(2)
    console.log(
      `  ${name.padEnd(28)} ${ratio.padStart(5)}  ${median(all).toFixed(0).padStart(6)} ms`,
    )
  }
}

/** How long it takes to load core, and to come to a first answer, against `ai`. */
export async function reportImports() {
  console.log(`\ncold import: ratio to ai, below 1 is faster, ${ROUNDS} rounds`)
  const imports = await inTurns(['@titanforge/core', ...peers], importOf)
  print(imports, 'ai')
  const [core, ai] = [imports.get('@titanforge/core'), imports.get('ai')]
  const most = `${MOST} × that of ai or less`
  if (ai.includes(undefined)) unmeasured(most)
  else {
    const ratio = median(core.map((ms, i) => ms / ai[i]))
    goal(most, ratio <= MOST, ratio.toFixed(2))
  }
  console.log(
    `\nfrom the import to a first answer: ratio to ai, below 1 is faster, ${ROUNDS} rounds`,
  )
  print(await inTurns(['titanforge agent', 'ai'], firstAnswerOf), 'ai')
}
