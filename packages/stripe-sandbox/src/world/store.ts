import type { AnyRecord } from './kinds.js'

/** A change to the store: a record as it is now, or undefined where it is gone. */
export type Change = readonly [id: string, record: AnyRecord | undefined]

/** Every record of the world, by id and by kind, in the order in which they were made. */
export class Store {
  readonly #byId = new Map<string, AnyRecord>()
  readonly #byKind = new Map<string, Map<string, AnyRecord>>()

  /** What is returned is the store's own: read it, never write to it. */
  get(id: string): AnyRecord | undefined {
    return this.#byId.get(id)
  }

  ofKind(kind: string): Iterable<AnyRecord> {
    return this.#byKind.get(kind)?.values() ?? []
  }

  all(): Iterable<AnyRecord> {
    return this.#byId.values()
  }

  apply(changes: Iterable<Change>): void {
    for (const [id, record] of changes) {
      if (record) this.#put(record)
      else this.#remove(id)
    }
  }

  #put(record: AnyRecord): void {
    // What is left of a deleted record is of another kind.
    if (this.#byId.get(record.id)?.object !== record.object) this.#remove(record.id)
    this.#byId.set(record.id, record)
    const kind = this.#byKind.get(record.object) ?? new Map<string, AnyRecord>()
    this.#byKind.set(record.object, kind.set(record.id, record))
  }

  #remove(id: string): void {
    const record = this.#byId.get(id)
    this.#byId.delete(id)
    if (record) this.#byKind.get(record.object)?.delete(id)
  }
}
