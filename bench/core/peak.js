import { contestants } from './runs.js'

// `node peak.js NAME RUNS` prints the peak of this process's memory in MiB, with all runs of a contestant at
// once in their tool, which takes 200 ms.
const [, , name, runs] = process.argv
const run = await contestants.find((contestant) => contestant.name === name).open({ waitMs: 200 })
await run(Number(runs), Number(runs))
console.log(process.resourceUsage().maxRSS / 1024)
process.exit()
