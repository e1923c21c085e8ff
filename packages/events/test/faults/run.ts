import { parseArgs } from 'node:util'
import { testServer } from '@titanforge/database/testing'
import { isClean, runScenario, type Result } from './harness/run-scenario.js'
import type { Scenario } from './harness/scenario.js'
import { SERVER_SETTINGS } from './harness/server-settings.js'
import { summarise } from './harness/summarise.js'
import { scenarios } from './scenarios/index.js'
import type { Wrong } from './node/settings.js'

// npm run faults -- [--seeds 20] [--seed N] [--scenario K] [--short] [--wrong twice|never|outside|unordered]
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    scenario: { type: 'string', multiple: true },
    short: { type: 'boolean', default: false },
    wrong: { type: 'string' },
  },
})
const first = Number(values.seed)
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => first + index)
const chosen = scenarios.filter(
  ({ number }) => !values.scenario || values.scenario.includes(String(number)),
)
const print = (line: string) => void process.stdout.write(`${line}\n`)

async function runSeeds(scenario: Scenario): Promise<Result[]> {
  const results: Result[] = []
  for (const seed of seeds) {
    // A soak of 40 minutes shows no more the twentieth time.
    const long = !values.short && (!scenario.soaks || seed === first)
    const wrong = values.wrong as Wrong | undefined
    const result = await runScenario(scenario, {
      server,
      seed,
      size: long ? 'long' : 'short',
      wrong,
    })
    results.push(result)
    if (isClean(result)) continue
    print(`\nscenario ${scenario.number}, seed ${seed}: ${result.problems.join('; ')}`)
    print(result.output)
  }
  return results
}

const server = await testServer('faults', SERVER_SETTINGS)
try {
  print(`seeds ${seeds[0]} to ${seeds.at(-1)}`)
  const all = new Map<Scenario, Result[]>()
  for (const scenario of chosen) {
    const began = performance.now()
    const results = await runSeeds(scenario)
    all.set(scenario, results)
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`
    print(`${scenario.number}. ${[scenario.title, took, ...(results[0]?.notes ?? [])].join('; ')}`)
  }
  print(`\n${summarise(all)}`)
  if (![...all.values()].flat().every(isClean)) process.exitCode = 1
} finally {
  await server.stop()
}
