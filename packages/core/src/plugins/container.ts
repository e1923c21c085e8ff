import type * as Tsyringe from 'tsyringe'
import { CoreErrors } from '../errors/core-errors.js'
import { onDemand } from '../on-demand.js'
import { problemOfToken } from '../validation/misshapen.js'
import type { Token, Tokens } from './token.js'

const polyfill = onDemand('reflect-metadata')
const load = onDemand('tsyringe') as () => typeof Tsyringe

/** tsyringe refuses to load before what it keeps its notes with. */
function tsyringe(): typeof Tsyringe {
  polyfill()
  return load()
}

/**
 * A class whose constructor takes the services of its static `inject` list, in that order.
 *
 * @example
 * const Greeting = token<string>('Greeting')
 * class Greeter {
 *   static readonly inject = [Greeting] as const
 *   constructor(readonly greeting: string) {}
 * }
 * const known: InjectableClass<Greeter, typeof Greeter.inject> = Greeter
 */
export interface InjectableClass<Instance, Inject extends readonly Token<unknown>[]> {
  readonly inject: Inject
  new (...services: ServiceList<Inject>): Instance
}

type ServiceList<Inject extends readonly Token<unknown>[]> = {
  [Index in keyof Inject]: Inject[Index] extends Token<infer Service> ? Service : never
}

type Constructor<Instance> = new (...services: never[]) => Instance

/**
 * Marks a class that {@link ForgeView.resolve} makes, by the tokens of its constructor's parameters. A class
 * whose constructor names no parameters is given what the class that it extends takes; one that is to be given
 * something else, or nothing, has a static `inject` list, and is made by {@link ForgeView.make}.
 *
 * @example
 * const Greeting = token<string>('Greeting')
 * class Greeter {
 *   constructor(readonly greeting: string) {}
 * }
 * inject(Greeting)(Greeter, undefined, 0) // in TypeScript: constructor(@inject(Greeting) greeting: string)
 * injectable()(Greeter) // in TypeScript: @injectable() class Greeter
 * const house = definePlugin({
 *   name: 'house', provides: { greeting: Greeting }, setup: () => ({ services: { greeting: 'Hello' } }),
 * })
 * createForge({ plugins: [house()] }).resolve(Greeter).greeting // 'Hello'
 */
export function injectable(): (target: Constructor<unknown>) => void {
  const mark = tsyringe().injectable<unknown>()
  return (target) => {
    marked.add(target)
    for (const [index, token] of tokensOf(constructorOf(target)))
      tsyringe().inject(token.key)(target, undefined, index)
    mark(target)
  }
}

/** The classes that are decorated with `@injectable()`. */
const marked = new WeakSet<object>()

/** The tokens of the parameters that are marked, by their places, of each class that has some. */
const taken = new WeakMap<object, Map<number, Token<unknown>>>()

const tokensOf = (target: object) => taken.get(target) ?? new Map<number, Token<unknown>>()

/**
 * The class whose constructor says what is taken. One that names no parameters hands on whatever it is given,
 * as one does that a compiler wrote for a class without, or has no use for it.
 */
function constructorOf(target: Constructor<unknown>): Constructor<unknown> {
  let named = target
  while (named.length === 0 && !taken.has(named)) {
    const above = classAbove(named)
    if (!above) return target
    named = above
  }
  // What a class of somebody else's takes, such as an EventEmitter's options, is none of ours to give.
  return isOurs(named) ? named : target
}

const isOurs = (target: Constructor<unknown> | undefined): boolean =>
  target !== undefined && (taken.has(target) || marked.has(target) || isOurs(classAbove(target)))

function classAbove(target: Constructor<unknown>): Constructor<unknown> | undefined {
  const above: unknown = Object.getPrototypeOf(target)
  return typeof above === 'function' ? (above as Constructor<unknown>) : undefined
}

/**
 * Marks a constructor parameter of an `@injectable()` class with the token it takes.
 *
 * @example
 * const Greeting = token<string>('Greeting')
 * class Greeter {
 *   constructor(readonly greeting: string) {}
 * }
 * inject(Greeting)(Greeter, undefined, 0) // in TypeScript: constructor(@inject(Greeting) greeting: string)
 * injectable()(Greeter) // in TypeScript: @injectable() class Greeter
 * const house = definePlugin({
 *   name: 'house', provides: { greeting: Greeting }, setup: () => ({ services: { greeting: 'Hello' } }),
 * })
 * createForge({ plugins: [house()] }).resolve(Greeter).greeting // 'Hello'
 */
export function inject(token: Token<unknown>): ParameterDecorator {
  return (target, _key, index) => {
    const problem = problemOfToken('@inject()', token)
    if (problem !== undefined) refuse(target as Constructor<unknown>, problem)
    taken.set(target, tokensOf(target).set(index, token))
  }
}

/**
 * The services of one forge. tsyringe resolves; the kernel owns order and lifetime, so only finished
 * values are registered.
 */
export class Container {
  // A child of the empty root: registrations of one forge are invisible to every other.
  readonly #container = tsyringe().container.createChildContainer()

  register<Service>(token: Token<Service>, service: Service): void {
    this.#container.registerInstance(token.key, service)
  }

  /** @throws DEFINITION_INVALID where it is given no token. */
  has(token: Token<unknown>): boolean {
    const problem = problemOfToken('it', token)
    if (problem !== undefined) throw CoreErrors.DEFINITION_INVALID({ what: 'A service', problem })
    return this.#container.isRegistered(token.key)
  }

  /** @throws SERVICE_MISSING; DEFINITION_INVALID where it is given no token. */
  get<Service>(token: Token<Service>): Service {
    if (!this.has(token)) throw CoreErrors.SERVICE_MISSING({ token: token.name })
    return this.#container.resolve<Service>(token.key)
  }

  /** The services of a record of tokens, under the same keys; what nobody provides is left out. */
  getAll(tokens: Tokens): Record<string, unknown> {
    const present = Object.entries(tokens).filter(([, token]) => this.has(token))
    return Object.fromEntries(present.map(([key, token]) => [key, this.get(token)]))
  }

  /**
   * Makes an instance of a class with a static `inject` list.
   *
   * @throws SERVICE_MISSING; DEFINITION_INVALID where the class has no such list, or something in it is no token.
   */
  make<Instance, const Inject extends readonly Token<unknown>[]>(
    target: InjectableClass<Instance, Inject>,
  ): Instance {
    // What JavaScript lets through.
    const list: unknown = target.inject
    if (!Array.isArray(list))
      refuse(
        target,
        'it has no list of tokens. Give it `static readonly inject = [Token] as const`, or decorate it and call resolve().',
      )
    const problems = target.inject.map((token, index) => problemOfToken(`inject[${index}]`, token))
    for (const problem of problems) if (problem !== undefined) refuse(target, problem)
    const services = target.inject.map((token) => this.get(token)) as ServiceList<Inject>
    return new target(...services)
  }

  /**
   * Makes an instance of a class decorated with `@injectable()` and `@inject(Token)`.
   *
   * @throws SERVICE_MISSING; DEFINITION_INVALID where the class, or a parameter of the constructor that says
   * what it takes, is not marked.
   */
  resolve<Instance>(target: Constructor<Instance>): Instance {
    const constructor = constructorOf(target)
    const tokens = tokensOf(constructor)
    const { length } = constructor
    const marks = Array.from({ length }, (_, place) => tokens.has(place)).filter(Boolean).length
    if (marks < length)
      refuse(
        target,
        `only ${marks} of the ${length} parameters of the constructor of ${constructor.name} are marked with @inject(Token). Mark them all, or give it a static \`inject\` list and call make().`,
      )
    if (!marked.has(target))
      refuse(
        target,
        'it is not marked with @injectable(). Decorate it, or give it a static `inject` list and call make().',
      )
    for (const token of tokens.values()) this.get(token)
    return this.#container.resolve(target as Tsyringe.InjectionToken<Instance>)
  }
}

function refuse({ name }: Constructor<unknown>, problem: string): never {
  throw CoreErrors.DEFINITION_INVALID({ what: `Class ${name}`, problem })
}
