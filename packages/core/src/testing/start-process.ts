import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * How {@link startProcess} starts a program, and knows that it is up.
 *
 * @example
 * const options: StartProcessOptions = { ready: /listening/, env: { PORT: '0' } }
 */
export interface StartProcessOptions {
  args?: readonly string[]
  /** Added to the environment of this process; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>
  /** What the program prints when it is up. */
  ready: RegExp
  /** Milliseconds; 60,000 if left out. */
  timeoutMs?: number
}

// Without the types of Node.js, which a program under test need not have.
type Signal = `SIG${string}`

/**
 * A program that is up.
 *
 * @example
 * const args = ["setInterval(() => {}, 1000); console.log('up')"]
 * const running: RunningProcess = await startProcess('-e', { args, ready: /up/ })
 * await running.end('SIGTERM') // 'SIGTERM'
 */
export interface RunningProcess {
  readonly pid: number
  /** What `ready` matched. */
  readonly match: RegExpMatchArray
  /** Everything printed so far, to both streams. */
  output(): string
  /**
   * Sends a signal, such as `SIGTERM`, and resolves with the exit status, or the signal that ended it.
   *
   * @throws ERR_UNKNOWN_SIGNAL
   */
  end(signal: Signal): Promise<number | Signal>
}

/**
 * Runs a JavaScript program in a process of its own and resolves when it has printed that it is up.
 *
 * @example
 * const program = "setInterval(() => {}, 1000); console.log('up on port 3000')"
 * const running = await startProcess('-e', { args: [program], ready: /port (\d+)/ })
 * running.match[1] // '3000'
 * await running.end('SIGTERM') // 'SIGTERM'
 * @throws where it ends before, or prints nothing of the kind in time, with what it printed.
 */
export async function startProcess(
  file: string,
  options: StartProcessOptions,
): Promise<RunningProcess> {
  const { args = [], env = {}, ready, timeoutMs = 60_000 } = options
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit') as Promise<[number | null, Signal | null]>
  const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${file} ${reason}. It printed:\n${output}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(`printed no ${ready} within ${timeoutMs} ms`)
    }, timeoutMs)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = ready.exec(output)
      if (!found) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    // Not `exit`, which may come before the last of what it printed.
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      fail(`ended with ${code ?? signal}`)
    })
  })
  return {
    pid: child.pid ?? 0,
    match,
    output: () => output,
    async end(signal) {
      child.kill(signal as NodeJS.Signals)
      const [code, endedBy] = await exited
      return code ?? endedBy ?? signal
    },
  }
}
