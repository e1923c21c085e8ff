import { isDeepStrictEqual } from 'node:util'
import { noSuch } from '../http/stripe-error.js'
import { API_VERSION } from '../spec/openapi.js'
import { queueDeliveries } from '../webhooks/queue-deliveries.js'
import { previousAttributes } from './changes.js'
import type { Settings } from './hidden.js'
import { idOf } from './ids.js'
import type { AnyRecord, Kind, Kinds, StripeEvent } from './kinds.js'
import { randomBytes, randomShare } from './random.js'
import type { Change, Store } from './store.js'
import { view } from './view.js'

/** When and why a transaction happens. */
export interface Moment {
  /** Seconds since the epoch, by the clock that the transaction goes by. */
  now: number
  /** The test clock that says so; null for the clock of the whole sandbox. */
  testClock: string | null
  /** The API request that it answers; nulls for what happens by itself. */
  request: { id: string | null; idempotency_key: string | null }
}

/** Events whose `data` says what was before, besides `*.updated`. */
const TELLS_BEFORE = /\.updated$|^charge\.(refunded|dispute\.closed)$/

/**
 * One step of the world: everything in it happens, or nothing. Records that are read for writing are copies;
 * to change one is enough, it is kept with the rest.
 */
export class Transaction {
  readonly #touched = new Map<string, AnyRecord | undefined>()
  readonly #told = new Map<string, object>()
  readonly #afterwards: (() => void)[] = []

  constructor(
    private readonly store: Store,
    readonly moment: Moment,
  ) {}

  get now(): number {
    return this.moment.now
  }

  get settings(): Settings {
    return this.get('sandbox.settings', 'settings')
  }

  /** A record for reading and writing. */
  maybe<K extends Kind>(kind: K, id: string | null | undefined): Kinds[K] | undefined {
    if (id == null) return undefined
    if (!this.#touched.has(id)) {
      const record = this.store.get(id)
      if (record) this.#touched.set(id, structuredClone(record))
    }
    const record = this.#touched.get(id)
    return record?.object === kind ? (record as Kinds[K]) : undefined
  }

  /** @throws StripeError resource_missing */
  get<K extends Kind>(kind: K, id: string, param?: string): Kinds[K] {
    const found = this.maybe(kind, id)
    // Stripe answers 404 for the object of the path, 400 for one that a parameter names.
    if (!found) throw noSuch(kind, id, param, param === undefined ? 404 : 400)
    return found
  }

  /** Any record, for reading only. */
  peek(id: string): AnyRecord | undefined {
    return this.#touched.has(id) ? this.#touched.get(id) : this.store.get(id)
  }

  /** The records of a kind, oldest first, for reading only. */
  *each<K extends Kind>(kind: K): Generator<Kinds[K]> {
    for (const { id } of this.store.ofKind(kind)) {
      const record = this.peek(id)
      if (record) yield record as Kinds[K]
    }
    for (const [id, record] of this.#touched)
      if (record?.object === kind && !this.store.get(id)) yield record as Kinds[K]
  }

  /** The records that fit, oldest first, for reading and writing. */
  find<K extends Kind>(kind: K, fits: (record: Kinds[K]) => boolean): Kinds[K][] {
    const ids = [...this.each(kind)].filter(fits).map((record) => (record as AnyRecord).id)
    return ids.map((id) => this.get(kind, id))
  }

  add<K extends Kind>(kind: K, record: Kinds[K]): Kinds[K] {
    const { id } = record as AnyRecord
    this.#touched.set(id, { ...record, object: kind })
    return this.get(kind, id)
  }

  remove(id: string): void {
    this.#touched.set(id, undefined)
  }

  /** A new id in Stripe's form. */
  id(kind: string): string {
    return idOf(kind, this.bytes())
  }

  /** 64 random bytes. */
  bytes(): Buffer {
    const { settings } = this
    return randomBytes(settings.seed, settings.drawn++)
  }

  /** Whether something with this probability happens. */
  chance(share: number): boolean {
    if (share <= 0) return false
    const { settings } = this
    return randomShare(settings.seed, settings.drawn++) < share
  }

  /**
   * Records an event about an object as it is now. An `*.updated` event without a change is none.
   *
   * @returns the event; undefined where there is nothing to tell.
   */
  emit(type: string, object: object): StripeEvent | undefined {
    const { id } = object as { id?: string }
    const shown = view(this, object)
    const previous = TELLS_BEFORE.test(type) ? this.#previous(id, shown) : undefined
    if (type.endsWith('.updated') && id !== undefined && !previous) return undefined
    if (id !== undefined && /\.(created|updated|refunded)$/.test(type)) this.#told.set(id, shown)
    const grain = Math.max(1, this.settings.chaos.same_second)
    const event = this.add('event', {
      id: this.id('event'),
      object: 'event',
      api_version: API_VERSION,
      created: Math.floor(this.now / grain) * grain,
      data: { object: shown, ...(previous ? { previous_attributes: previous } : {}) },
      livemode: false,
      pending_webhooks: 0,
      request: this.moment.request,
      type,
    })
    queueDeliveries(this, event)
    if (this.chance(this.settings.chaos.twin))
      queueDeliveries(
        this,
        this.add('event', { ...event, id: this.id('event'), pending_webhooks: 0 }),
      )
    return event
  }

  /** Runs when everything is kept. */
  afterwards(act: () => void): void {
    this.#afterwards.push(act)
  }

  finish(): void {
    for (const act of this.#afterwards) act()
  }

  /** What is different from the store. */
  changes(): Change[] {
    return [...this.#touched].filter(([id, record]) => {
      const before = this.store.get(id)
      return record ? !isDeepStrictEqual(before, record) : before !== undefined
    })
  }

  #previous(id: string | undefined, shown: object): object | undefined {
    if (id === undefined) return undefined
    const stored = this.store.get(id)
    const before = this.#told.get(id) ?? (stored && view(this, stored))
    return before && previousAttributes(before, shown)
  }
}
