// Works a backlog off that lies in the database $1 until the sink has $2 rows. Prints, in MiB, the most that
// the heap held when it had just been collected, at each tenth of the way, and the most memory that the
// process took. Needs --expose-gc.
import { setTimeout as delay } from 'node:timers/promises'
import { titanforge } from './titanforge.js'

const MIB = 2 ** 20
const [url, expected] = process.argv.slice(2)
const count = Number(expected)
let handled = 0
let held = 0
const bus = await titanforge(url, { consume: true, done: () => void handled++ })
for (let tenth = 1; tenth <= 10; tenth++) {
  while (handled < (count * tenth) / 10) await delay(5)
  // Twice, since what the first leaves to finalizers goes with the second.
  globalThis.gc()
  globalThis.gc()
  held = Math.max(held, process.memoryUsage().heapUsed)
}
await bus.close()
console.log(JSON.stringify({ held: held / MIB, peak: process.resourceUsage().maxRSS / 1024 }))
