import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { ProvisioningErrors } from '../errors.js'
import { leaveAll, lookUp, renew } from './slots.js'

interface Parts {
  db: Database
  leaseSeconds: number
  /** Admits a user's next runs, where there is room for them. */
  wake(userId: string): Promise<void>
  log: Logger
}

interface Kept {
  id: string
  userId: string
  signal: AbortSignal
  /** False where it has to wait. */
  admitted: boolean
}

interface Waiting {
  userId: string
  go(): void
  fail(error: Error): void
}

/** How often runs that wait look whether another process has admitted them. */
const LOOK_MS = 200
/** At every so many looks they make use of room that nobody left: of a process that died, or a larger plan. */
const LOOKS_TO_WAKE = 5

/**
 * Keeps this process's slots alive, those of runs that wait too, and tells these when they are admitted. A
 * run of this process that ends wakes the next at once; those of others are looked for.
 */
export class SlotKeeper {
  readonly #kept = new Set<string>()
  readonly #waiting = new Map<string, Waiting>()
  #renewal: NodeJS.Timeout | undefined
  #look: NodeJS.Timeout | undefined
  #looks = 0

  constructor(private readonly parts: Parts) {}

  /** Answers with what ends it, and gives up the slots that are left. */
  start(): () => Promise<void> {
    const everyMs = (this.parts.leaseSeconds * 1000) / 3
    this.#renewal = setInterval(() => void this.#renew(), everyMs)
    return async () => {
      clearInterval(this.#renewal)
      clearTimeout(this.#look)
      await leaveAll(this.parts.db, [...this.#kept])
    }
  }

  /** Resolves when the run is admitted. @throws AGENT_SLOT_LOST, or why the run was cancelled. */
  async keep({ id, userId, signal, admitted }: Kept): Promise<void> {
    this.#kept.add(id)
    if (admitted) return
    signal.throwIfAborted()
    const { promise, resolve: go, reject: fail } = Promise.withResolvers<void>()
    const cancel = () => fail(signal.reason as Error)
    signal.addEventListener('abort', cancel)
    this.#waiting.set(id, { userId, go, fail })
    this.#lookSoon()
    await promise.finally(() => {
      this.#waiting.delete(id)
      signal.removeEventListener('abort', cancel)
    })
  }

  drop(id: string): void {
    this.#kept.delete(id)
  }

  /** Tells the runs of this process that are among them. */
  announce(admitted: readonly string[]): void {
    for (const id of admitted) this.#waiting.get(id)?.go()
  }

  #lookSoon(): void {
    this.#look ??= setTimeout(() => {
      void this.#lookAround().finally(() => {
        this.#look = undefined
        if (this.#waiting.size > 0) this.#lookSoon()
      })
    }, LOOK_MS)
  }

  async #lookAround(): Promise<void> {
    const { db, wake, log } = this.parts
    try {
      const users = new Set([...this.#waiting.values()].map(({ userId }) => userId))
      if (++this.#looks % LOOKS_TO_WAKE === 0) for (const userId of users) await wake(userId)
      const ids = [...this.#waiting.keys()]
      const found = await lookUp(db, ids)
      this.announce(found.filter(({ admitted }) => admitted).map(({ id }) => id))
      const known = new Set(found.map(({ id }) => id))
      for (const id of ids)
        if (!known.has(id)) this.#waiting.get(id)?.fail(ProvisioningErrors.AGENT_SLOT_LOST())
    } catch (error) {
      log.warn({ err: error }, 'the queue of runs could not be read; looking again')
    }
  }

  async #renew(): Promise<void> {
    if (this.#kept.size === 0) return
    const { db, leaseSeconds, log } = this.parts
    try {
      const ids = [...this.#kept]
      const there = new Set(await renew(db, ids, leaseSeconds))
      // One that was left meanwhile is not kept any more.
      const lost = ids.filter((id) => !there.has(id) && this.#kept.has(id))
      for (const id of lost) this.#kept.delete(id)
      if (lost.length > 0)
        log.error({ slots: lost.length }, 'runs have lost their slots and go on without')
    } catch (error) {
      log.warn({ err: error }, 'slots could not be renewed; trying again')
    }
  }
}
