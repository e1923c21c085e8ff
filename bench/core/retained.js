import { median } from '../compare.js'
import { contestants } from './runs.js'

// Prints how many bytes of heap each of 12,000 runs leaves behind: the median of some rounds. Run with
// --expose-gc.
const RUNS = 12_000
const ROUNDS = 5

async function heap() {
  for (let i = 0; i < 5; i++) {
    await new Promise(setImmediate)
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}

const run = await contestants.find(({ name }) => name === 'titanforge agent').open({})
// What is compiled and cached once is no leak.
await run(RUNS, 10)
const growths = []
for (let round = 0; round < ROUNDS; round++) {
  const before = await heap()
  await run(RUNS, 10)
  growths.push((await heap()) - before)
}
console.log(median(growths) / RUNS)
