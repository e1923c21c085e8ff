import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DeadLetter } from '@titanforge/core'
import { waitFor } from '@titanforge/core/testing'
import type {
  Attempt,
  NodeSettings,
  Point,
  PublishReply,
  PublishRequest,
  Report,
} from '../node/settings.js'

export interface NodeFaults {
  /** Such as `consumer.before_commit:3`: at the third time. */
  kill?: `${Point}:${number}`
  /** Stops the process as SIGSTOP does. */
  stop?: `${Point}:${number}`
  /** Waits there until `go()`. */
  pause?: `${Point}:${number}`
  /** How far its clock is ahead, in milliseconds. */
  skewMs?: number
}

const program = fileURLToPath(new URL('../node/main.js', import.meta.url))
const clock = new URL('../node/skewed-clock.js', import.meta.url).href
const KEPT_LINES = 60

/** One process of the application under test. */
export class NodeProcess {
  readonly attempts: Attempt[] = []
  /** Rejections that nobody handled. */
  readonly unhandled: string[] = []
  readonly exited: Promise<number | NodeJS.Signals>
  /** Whether a consumer that had been stopped for too long was told so. */
  aborted: boolean | undefined
  /** How it ended; undefined while it runs. */
  exit: number | NodeJS.Signals | undefined
  readonly #reached: Point[] = []
  readonly #child: ChildProcess
  #port: number | undefined
  #output: string[] = []

  constructor(
    readonly settings: NodeSettings,
    { kill, stop, pause, skewMs }: NodeFaults = {},
  ) {
    const skewed = skewMs === undefined ? [] : ['--import', clock]
    this.#child = fork(program, {
      execArgv: skewed,
      env: {
        ...process.env,
        FAULT_NODE: JSON.stringify(settings),
        ...(kill && { FAULT_KILL: kill }),
        ...(stop && { FAULT_STOP: stop }),
        ...(pause && { FAULT_PAUSE: pause }),
        ...(skewMs !== undefined && { FAULT_SKEW_MS: String(skewMs) }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const keep = (chunk: Buffer) => {
      this.#output = [...this.#output, chunk.toString()].slice(-KEPT_LINES)
    }
    this.#child.stdout?.on('data', keep)
    this.#child.stderr?.on('data', keep)
    this.#child.on('message', (message) => this.#hear(message as Report))
    this.exited = once(this.#child, 'exit').then(([code, signal]: unknown[]) => {
      this.exit = (code ?? signal) as number | NodeJS.Signals
      return this.exit
    })
  }

  get name(): string {
    return this.settings.name
  }

  /** What it printed last. */
  get output(): string {
    return this.#output.join('')
  }

  get ended(): boolean {
    return this.exit !== undefined
  }

  get ready(): boolean {
    return this.#port !== undefined && !this.ended
  }

  /** Resolves when it takes work. */
  async whenReady(): Promise<this> {
    await waitFor(() => this.#port !== undefined || this.ended, {
      what: `${this.name} to be ready`,
      timeoutMs: 60_000,
    })
    if (!this.ready) throw new Error(`${this.name} ended before it was ready: ${this.output}`)
    return this
  }

  /** Resolves when it has passed a point at which it stops, pauses or tells. */
  async whenReached(point: Point): Promise<void> {
    await waitFor(() => this.#reached.includes(point), {
      what: `${this.name} to reach ${point}`,
      timeoutMs: 60_000,
    })
  }

  /** Lets it go on from where it paused. */
  go(): void {
    this.#child.send('go')
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves with its exit code, or with the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.signal(signal)
    return this.exited
  }

  /** @throws where the node is gone, or answers with anything but 200. */
  async publish(request: PublishRequest): Promise<PublishReply> {
    return this.#call<PublishReply>('publish', request)
  }

  deadLetters(): Promise<DeadLetter[]> {
    return this.#call('letters')
  }

  redrive(consumer: string): Promise<number> {
    return this.#call('redrive', consumer)
  }

  /** How many after-commit hooks of publishers ran. */
  hooks(): Promise<number> {
    return this.#call('hooks')
  }

  /** Resident memory, in bytes. */
  memory(): Promise<number> {
    return this.#call('memory')
  }

  async #call<Result>(name: string, body: unknown = null): Promise<Result> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    })
    const result = await response.json()
    if (!response.ok) throw new Error(`${name}: ${JSON.stringify(result)}`)
    return result as Result
  }

  #hear(report: Report): void {
    if (report.kind === 'ready') this.#port = report.port
    else if (report.kind === 'reached') this.#reached.push(report.point)
    else if (report.kind === 'unhandled') this.unhandled.push(report.error)
    else if (report.kind === 'aborted') this.aborted = report.aborted
    else this.attempts.push(report)
  }
}
