/**
 * What becomes of a value in the journal, which is JSON: a `Date` comes back as text, nothing as `null`.
 *
 * @example
 * const order: Stored<{ at: Date; note: string }> = { at: '2026-05-01T00:00:00.000Z', note: 'a hat' }
 */
export type Stored<Value> = unknown extends Value
  ? unknown
  : Value extends string | number | boolean | null
    ? Value
    : Value extends undefined | void
      ? null
      : Value extends { toJSON(): infer Json }
        ? Stored<Json>
        : Value extends (...args: never[]) => unknown
          ? never
          : Value extends object
            ? { [Key in keyof Value]: StoredIn<Value[Key]> }
            : never

/** A property that may be missing stays one. */
type StoredIn<Value> = undefined extends Value
  ? unknown extends Value
    ? unknown
    : Stored<Exclude<Value, undefined>> | undefined
  : Stored<Value>
