declare const service: unique symbol

/**
 * A typed name for a capability. Plugins require and provide tokens, never each other's names.
 *
 * Two copies of a package make tokens of the same identity, because the identity is the name.
 *
 * @example
 * const Clock: Token<{ now(): Date }> = token('Clock')
 */
export interface Token<Service> {
  readonly name: string
  readonly key: symbol
  readonly [service]?: Service
}

/**
 * The tokens a plugin requires or provides, by the name it uses for each of them.
 *
 * @example
 * const Clock = token<{ now(): Date }>('Clock')
 * const requires: Tokens = { clock: Clock }
 */
export type Tokens = Readonly<Record<string, Token<unknown>>>

/**
 * The services behind a record of tokens.
 *
 * @example
 * const Clock = token<{ now(): Date }>('Clock')
 * const requires = { clock: Clock }
 * const services: Services<typeof requires> = { clock: { now: () => new Date() } }
 */
export type Services<T extends Tokens> = {
  [Key in keyof T]: T[Key] extends Token<infer Service> ? Service : never
}

/**
 * Makes a token. Give the token and the service's interface one name:
 *
 * @example
 * interface Clock { now(): Date }
 * const Clock = token<Clock>('Clock')
 * definePlugin({
 *   name: 'clock', provides: { clock: Clock }, setup: () => ({ services: { clock: { now: () => new Date() } } }),
 * })
 */
export function token<Service>(name: string): Token<Service> {
  return Object.freeze({ name, key: Symbol.for(`titanforge.${name}`) })
}
