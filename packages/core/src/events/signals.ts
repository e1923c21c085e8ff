import { EventEmitter } from 'eventemitter3'
import type { Logger } from '../telemetry/logger.js'
import type { SignalType } from './event.js'

/**
 * The volatile half of every bus.
 *
 * @example
 * const signals = new Signals(createLogger())
 * const progress = defineSignal<number>('shop.progress')
 * const heard: number[] = []
 * const stop = signals.listen(progress, (percent) => void heard.push(percent))
 * signals.signal(progress, 50)
 * stop()
 * heard // [50]
 */
export class Signals {
  readonly #emitter = new EventEmitter<string>()

  constructor(private readonly log: Logger) {}

  signal<Payload>(type: SignalType<Payload>, payload: Payload): void {
    this.#emitter.emit(type.name, payload)
  }

  listen<Payload>(
    type: SignalType<Payload>,
    listener: (payload: Payload) => void | Promise<void>,
  ): () => void {
    const fail = (error: unknown) => {
      this.log.error({ err: error, signal: type.name }, 'a signal listener failed')
    }
    // Unwrapped, a throw would stop the later listeners and reach the one who signals, and a rejection
    // would end the process. Most listeners return nothing, and then no promise is made.
    const guarded = (payload: Payload) => {
      try {
        const result: unknown = listener(payload)
        if (result !== undefined) Promise.resolve(result).catch(fail)
      } catch (error) {
        fail(error)
      }
    }
    this.#emitter.on(type.name, guarded)
    return () => void this.#emitter.off(type.name, guarded)
  }
}
