import { CoreErrors } from '../errors/core-errors.js'
import { messageOf, type ForgeError } from '../errors/errors.js'
import type { Logger } from '../telemetry/logger.js'
import type { Startable, Stop } from './contributions.js'
import type { WiredPlugin } from './wiring.js'

export interface Limits {
  /** How long one plugin's start may take, in milliseconds. */
  startTimeoutMs: number
  /** How long one plugin's stop may take, in milliseconds. */
  stopTimeoutMs: number
}

/** What is stopped in its turn. */
export interface Started {
  plugin: string
  stop: Stop
  /** How long its stop may take, in milliseconds; as long as a plugin's, if left out. */
  stopTimeoutMs?: number
}

/** Starts plugins in order and stops what was started in reverse. */
export class Lifecycle {
  readonly #started: Started[] = []
  #phase: Promise<void> = Promise.resolve()
  #stopping = false
  #stopped: Promise<unknown[]> | undefined
  /** Waits no longer for the plugin that is starting. */
  #giveUp: (() => void) | undefined
  /** Whether a failed start has told its caller what went wrong while stopping. */
  #told = false

  /**
   * @param runs counts as started behind all plugins, and where a start fails, behind those that had
   * started: it is stopped when nothing serves any more, and before what runs need.
   */
  constructor(
    private readonly plugins: readonly WiredPlugin[],
    private readonly runs: Started,
    private readonly limits: Limits,
    private readonly log: Logger,
  ) {}

  /**
   * Runs one phase of every plugin, in order. Where one fails, everything started so far is stopped.
   *
   * @throws PLUGIN_FAILED, PLUGIN_TIMED_OUT; FORGE_STATE where `stop` was called meanwhile; ROLLBACK_FAILED
   * where what had started could not be stopped either.
   */
  run(phase: 'start' | 'serve'): Promise<void> {
    this.#phase = this.#runPhase(phase)
    return this.#phase
  }

  /**
   * Waits for the plugin that is starting just now, if any, but no longer than a stop may take; then stops
   * everything.
   *
   * @throws STOP_FAILED that lists what went wrong, after everything has been stopped.
   */
  async stop(): Promise<void> {
    this.#stopping = true
    const timer = setTimeout(() => this.#giveUp?.(), this.limits.stopTimeoutMs)
    // Its own caller hears of its failure.
    await Promise.allSettled([this.#phase])
    clearTimeout(timer)
    const problems = await this.#stopAll()
    if (problems.length === 0 || this.#told) return
    throw CoreErrors.STOP_FAILED(
      { problems: problems.map(messageOf) },
      { cause: new AggregateError(problems) },
    )
  }

  async #runPhase(phase: 'start' | 'serve'): Promise<void> {
    try {
      await this.#beginAll(phase)
    } catch (error) {
      const problems = await this.#stopAll()
      this.#told = true
      if (problems.length === 0) throw error
      throw CoreErrors.ROLLBACK_FAILED(
        { reason: messageOf(error), problems: problems.map(messageOf) },
        { cause: new AggregateError([error, ...problems]) },
      )
    }
  }

  async #beginAll(phase: 'start' | 'serve'): Promise<void> {
    try {
      for (const { name, contributions } of this.plugins) {
        const startable = contributions[phase]
        if (startable) await this.#begin(name, phase, startable)
      }
    } finally {
      if (phase === 'start') this.#started.push(this.runs)
    }
  }

  async #begin(plugin: string, phase: 'start' | 'serve', startable: Startable): Promise<void> {
    if (this.#stopping) throw CoreErrors.FORGE_STATE({ action: phase, state: 'stopped' })
    const stop: unknown = await this.#within(plugin, phase, this.limits.startTimeoutMs, startable)
    if (!stop) return
    if (!isStop(stop)) throw CoreErrors.STOP_INVALID({ plugin, phase })
    this.#started.push({ plugin, stop })
  }

  /** Stops everything once; who asks again waits for the same. */
  #stopAll(): Promise<unknown[]> {
    this.#stopped ??= this.#stopInReverse()
    return this.#stopped
  }

  async #stopInReverse(): Promise<unknown[]> {
    const problems: unknown[] = []
    for (let started = this.#started.pop(); started; started = this.#started.pop()) {
      const { plugin, stop, stopTimeoutMs = this.limits.stopTimeoutMs } = started
      try {
        await this.#within(plugin, 'stop', stopTimeoutMs, stop)
      } catch (error) {
        problems.push(error)
      }
    }
    return problems
  }

  async #within(
    plugin: string,
    phase: string,
    ms: number,
    action: Startable,
  ): Promise<Stop | void> {
    let timer: NodeJS.Timeout | undefined
    let late: ForgeError | undefined
    const began = performance.now()
    const timeout = new Promise<never>((_resolve, reject) => {
      const expire = (afterMs: number) => {
        late = CoreErrors.PLUGIN_TIMED_OUT({ plugin, phase, seconds: Math.round(afterMs) / 1000 })
        reject(late)
      }
      timer = setTimeout(expire, ms, ms)
      if (phase !== 'stop') this.#giveUp = () => expire(performance.now() - began)
    })
    // An async wrapper, so that a synchronous throw is a rejection too.
    const work = (async () => action())()
    try {
      return await Promise.race([work, timeout])
    } catch (error) {
      if (late && error === late) {
        this.#stopWhenLate(plugin, work)
        throw error
      }
      throw CoreErrors.PLUGIN_FAILED({ plugin, phase, reason: messageOf(error) }, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  /** What opens after its time is closed again; nobody else knows of it. */
  #stopWhenLate(plugin: string, work: Promise<Stop | void>) {
    work
      .then(async (stop) => stop?.())
      .catch((error: unknown) => {
        this.log.error({ err: error, plugin }, 'a plugin that took too long failed afterwards')
      })
  }
}

// What JavaScript lets through would be found when it is too late to close anything.
const isStop = (stop: unknown): stop is Stop => typeof stop === 'function'
