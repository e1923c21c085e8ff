import { StripeError } from '../http/stripe-error.js'
import type { AnyRecord, Kind } from './kinds.js'
import type { Journal } from './journal.js'
import type { Change, Store } from './store.js'
import type { Settings } from './hidden.js'
import { Transaction, type Moment } from './transaction.js'

/** What happens by itself, and when. */
export interface Timetable {
  /** When something is due for a record, in seconds since the epoch; null where nothing is. */
  dueAt(record: AnyRecord): number | null
  /** Does what is due for a record now. */
  act(tx: Transaction, record: AnyRecord): void
}

interface Due {
  at: number
  testClock: string | null
}

const BY_ITSELF: Moment['request'] = { id: null, idempotency_key: null }

/** The whole account: its records, its clocks, and what is due. One step at a time, each whole or not at all. */
export class World {
  readonly #due = new Map<string, Due>()
  /** The latest step by each clock: a machine's clock can be set back, but what happened stays in order. */
  readonly #latest = new Map<string | null, number>()
  readonly #listeners: (() => void)[] = []

  /** @param wallClock milliseconds since the epoch */
  constructor(
    readonly store: Store,
    private readonly timetable: Timetable,
    private readonly journal: Journal | undefined,
    private readonly wallClock: () => number,
  ) {
    for (const { id } of store.all()) this.#note(id)
  }

  /** Seconds since the epoch, by the sandbox's clock. */
  get now(): number {
    const settings = this.store.get('settings') as Settings | undefined
    return Math.floor(this.wallClock() / 1000) + (settings?.ahead ?? 0)
  }

  /** The absolute path of the file that keeps it; null where none does. */
  get file(): string | null {
    return this.journal?.file ?? null
  }

  /** Called after each step. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** Takes one step. What it throws undoes it, except a payment error, which leaves its traces. */
  run<Result>(work: (tx: Transaction) => Result, moment: Partial<Moment> = {}): Result {
    const tx = this.#begin(moment)
    try {
      const result = work(tx)
      this.#keep(tx)
      return result
    } catch (error) {
      if (error instanceof StripeError && error.keepsChanges) this.#keep(tx)
      throw error
    }
  }

  /** Answers what a step would do, and takes it back. */
  imagine<Result>(work: (tx: Transaction) => Result, moment: Partial<Moment> = {}): Result {
    return work(this.#begin(moment))
  }

  /** Does everything that is due by a clock until then, in order, each thing at its own time. */
  catchUp(testClock: string | null = null, until = this.now): void {
    for (let next = this.#next(testClock, until); next; next = this.#next(testClock, until)) {
      const [id, { at }] = next
      this.run(
        (tx) => {
          const record = tx.maybe(this.store.get(id)?.object as Kind, id)
          if (record) this.timetable.act(tx, record)
        },
        { now: at, testClock },
      )
      const still = this.#due.get(id)
      if (still && still.at <= at && this.#next(testClock, at)?.[0] === id)
        throw new Error(`What was due for ${id} at ${at} is still due.`)
    }
  }

  /** Moves the sandbox's clock ahead by a number of seconds, and does what is due meanwhile. */
  advance(seconds: number): void {
    const until = this.now + seconds
    this.catchUp(null, until)
    this.run((tx) => (tx.settings.ahead += seconds))
    this.catchUp()
  }

  /** The clock that a record goes by. */
  clockOf(record: AnyRecord | undefined): string | null {
    const { test_clock, customer } = (record ?? {}) as { test_clock?: string; customer?: string }
    if (test_clock != null) return test_clock
    return customer ? this.clockOf(this.store.get(customer)) : null
  }

  #begin(moment: Partial<Moment>): Transaction {
    const plain = { now: this.now, testClock: null, request: BY_ITSELF }
    const wanted = { ...plain, ...moment }
    const now = Math.max(wanted.now, this.#latest.get(wanted.testClock) ?? 0)
    return new Transaction(this.store, { ...wanted, now })
  }

  #keep(tx: Transaction): void {
    const changes = tx.changes()
    // First: what cannot be kept has not happened.
    this.journal?.append(changes)
    this.store.apply(changes)
    this.#latest.set(tx.moment.testClock, tx.now)
    for (const [id] of changes) this.#note(id)
    tx.finish()
    for (const listener of this.#listeners) listener()
  }

  #note(id: Change[0]): void {
    const record = this.store.get(id)
    const at = record ? this.timetable.dueAt(record) : null
    if (record && at !== null) this.#due.set(id, { at, testClock: this.clockOf(record) })
    else this.#due.delete(id)
  }

  #next(testClock: string | null, until: number): [string, Due] | undefined {
    let earliest: [string, Due] | undefined
    for (const entry of this.#due) {
      const [, due] = entry
      if (due.testClock !== testClock || due.at > until) continue
      if (!earliest || due.at < earliest[1].at) earliest = entry
    }
    return earliest
  }
}
