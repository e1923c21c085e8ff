import { isClean, type Result } from './run-scenario.js'
import type { Scenario } from './scenario.js'

const HEADER = [
  'fault',
  'runs',
  'missing',
  'phantom',
  'duplicate',
  'disorder',
  'failed',
  'dead',
  'median s',
  'max s',
]

/** One row a scenario: what must be zero, the dead letters, and how long recovery took. */
export function summarise(all: ReadonlyMap<Scenario, readonly Result[]>): string {
  const rows = [...all].map(([scenario, results]) => {
    const sum = (name: 'missing' | 'phantom' | 'duplicate' | 'disorder' | 'deadLetters') =>
      results.reduce((total, result) => total + result[name], 0)
    const times = results.flatMap(({ recoveryMs }) => recoveryMs ?? []).toSorted((a, b) => a - b)
    return [
      scenario.number,
      results.length,
      sum('missing'),
      sum('phantom'),
      sum('duplicate'),
      sum('disorder'),
      results.filter((result) => !isClean(result)).length,
      sum('deadLetters'),
      seconds(times[Math.floor(times.length / 2)]),
      seconds(times.at(-1)),
    ].map(String)
  })
  return [HEADER, ...rows]
    .map((row) => row.map((cell, i) => cell.padStart(widthOf(i))).join('  '))
    .join('\n')
}

const widthOf = (column: number) => Math.max(5, HEADER[column]?.length ?? 0)

const seconds = (ms: number | undefined) => (ms === undefined ? '-' : (ms / 1000).toFixed(1))
