import { setTimeout as delay } from 'node:timers/promises'
import type { EventRequest, PublishReply } from '../node/settings.js'
import type { NodeProcess } from './node-process.js'
import type { Random } from './random.js'

const PATIENCE_MS = 45_000

export interface LoadOptions {
  /** How many events; if left out, until `stop`. */
  total?: number
  /** How many senders, each of which waits for its answer. */
  concurrency?: number
  /** How many keys the events are about. */
  keys?: number
  /** At most so many events in one transaction. */
  perTransaction?: number
  /** A pause of each sender between two of its transactions, in milliseconds. */
  pauseMs?: number
}

export interface Load {
  /** Sends no more, and resolves when everything sent has been acknowledged. */
  stop(): Promise<void>
  /** Resolves when all of `total` has been acknowledged. */
  readonly done: Promise<void>
}

/** Whoever sends webhooks: repeats each until somebody answers that it has it. */
export class Sender {
  /** The external ids that a node acknowledged. */
  readonly acknowledged: string[] = []
  #next = 0

  constructor(
    private readonly nodes: () => NodeProcess[],
    private readonly random: Random,
  ) {}

  /** A fresh event, of one of so many keys. */
  event(keys?: number): EventRequest {
    const externalId = `evt_${this.#next++}`
    return keys ? { externalId, key: `key-${this.random.integer(1, keys)}` } : { externalId }
  }

  /** Sends events as one transaction, again and again until a node acknowledges it. */
  async send(...events: EventRequest[]): Promise<PublishReply> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        const reply = await this.random.pick(this.nodes()).publish({ events })
        this.acknowledged.push(...events.flatMap(({ externalId }) => externalId ?? []))
        return reply
      } catch (error) {
        if (Date.now() > deadline) throw error
        await delay(this.random.integer(20, 100))
      }
    }
  }

  load(options: LoadOptions): Load {
    const { total = Infinity, concurrency = 5, perTransaction = 1, keys, pauseMs = 0 } = options
    let left = total
    const sendOn = async () => {
      while (left > 0) {
        const size = Math.min(left, this.random.integer(1, perTransaction))
        left -= size
        await this.send(...Array.from({ length: size }, () => this.event(keys)))
        if (pauseMs > 0) await delay(pauseMs)
      }
    }
    const done = Promise.all(Array.from({ length: concurrency }, sendOn)).then(() => undefined)
    return {
      done,
      stop() {
        left = 0
        return done
      },
    }
  }
}
