import { once } from 'node:events'
import type { Point } from './settings.js'
import { report } from './report.js'

// `FAULT_KILL=consumer.before_commit:3` kills the process when it passes that point for the third time.
const ACTIONS = {
  FAULT_KILL: async () => {
    process.kill(process.pid, 'SIGKILL')
  },
  FAULT_STOP: async (point: Point) => {
    await report({ kind: 'reached', point })
    process.kill(process.pid, 'SIGSTOP')
  },
  FAULT_PAUSE: async (point: Point) => {
    const go = once(process, 'message')
    await report({ kind: 'reached', point })
    await go
  },
}

const passed = new Map<Point, number>()

/** Does what the environment asks for at this point; a kill is done before it returns. */
export async function reach(point: Point): Promise<void> {
  const times = (passed.get(point) ?? 0) + 1
  passed.set(point, times)
  for (const [variable, act] of Object.entries(ACTIONS)) {
    if (process.env[variable] === `${point}:${times}`) await act(point)
  }
}
