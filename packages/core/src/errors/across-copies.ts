type Class = abstract new (...args: never[]) => object

/**
 * Lets `instanceof` know what another copy of this package has made of the same class: a package of tools may
 * have one of its own, and what it throws is as final here as there. Each copy has classes of its own, so that
 * they are told by a mark that all copies share, and not by their prototypes.
 *
 * @param name the mark; it stays from one version to the next.
 */
export function knowAcrossCopies(target: Class, name: string): void {
  const mark = Symbol.for(`titanforge.${name}`)
  Object.defineProperty(target.prototype, mark, { value: true })
  Object.defineProperty(target, Symbol.hasInstance, {
    value(this: unknown, thing: unknown) {
      // Classes that extend it inherit this, and ask as classes do.
      if (this !== target) return Function.prototype[Symbol.hasInstance].call(this as Class, thing)
      return typeof thing === 'object' && thing !== null && mark in thing
    },
  })
}
