/**
 * A type of the Stripe client as it is stored: what can be expanded is an id, and decimals are strings, as
 * they are on the wire.
 */
export type Stored<Value> = string extends Value
  ? Extract<Value, string | null | undefined>
  : Value extends readonly (infer Element)[]
    ? Stored<Element>[]
    : Value extends { readonly [key: string]: string }
      ? Value
      : Value extends { isZero: unknown }
        ? string
        : Value extends object
          ? { [Key in keyof Value]: Stored<Value[Key]> }
          : Value
