import { readFile } from 'node:fs/promises'

// What /proc counts in; Linux has had a hundredth of a second on every architecture for long.
const TICK_MS = 10

/** The processor time that these processes have used, in milliseconds; NaN where there is no /proc. */
export async function processorTime(...pids) {
  const times = await Promise.all(pids.map(processorTimeOf))
  return times.reduce((sum, ms) => sum + ms, 0)
}

async function processorTimeOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name, in parentheses, may hold spaces. utime and stime are the 14th and 15th of all fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
