// Works a backlog off that lies in the database $1 until the sink has $2 rows, and prints the most memory that this took.
import { setTimeout as delay } from 'node:timers/promises'
import { titanforge } from './titanforge.js'

const [url, expected] = process.argv.slice(2)
let handled = 0
const bus = await titanforge(url, { consume: true, done: () => void handled++ })
while (handled < Number(expected)) await delay(20)
await bus.close()
console.log(process.resourceUsage().maxRSS / 1024)
