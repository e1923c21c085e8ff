import type * as SonicBoomModule from 'sonic-boom'
import { onDemand } from './on-demand.js'

const load = onDemand('sonic-boom') as () => typeof SonicBoomModule

interface Output {
  write(line: string): void
}

let output: Output | undefined

/**
 * Where the loggers of this process write, if they are not told. Lines that nobody reads any more are dropped.
 *
 * pino's own would do, but for version 4 of sonic-boom in it: on exit, that tries for ever to write to a pipe
 * whose reader is gone, and the process never ends.
 */
export const standardOutput = (): Output => (output ??= open())

function open(): Output {
  const { SonicBoom } = load()
  const stream = new SonicBoom({ fd: 1 })
  let isRead = true
  const noteEnd = (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
    isRead = false
  }
  stream.on('error', noteEnd)
  process.on('exit', () => {
    try {
      if (isRead) stream.flushSync()
    } catch (error) {
      noteEnd(error)
    }
  })
  return {
    write(line) {
      if (isRead) stream.write(line)
    },
  }
}
