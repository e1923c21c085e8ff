import { CoreErrors } from '../errors/core-errors.js'
import { messageOf } from '../errors/errors.js'
import type { Logger } from '../telemetry/logger.js'
import { isPlainObject } from '../validation/is-plain-object.js'
import { problemOfFunction, problemOfList } from '../validation/misshapen.js'
import { Container } from './container.js'
import type { Contributed, Contributions } from './contributions.js'
import type { ForgeView } from './forge-view.js'
import type { Plugin } from './plugin.js'
import type { Token } from './token.js'

/** A plugin whose setup has run. */
export interface WiredPlugin {
  name: string
  contributions: Contributions
}

/** What plugins see of the kernel itself. */
export type Kernel = Pick<ForgeView, 'run' | 'stopTimeoutMs'>

export interface Wiring extends Omit<ForgeView, keyof Kernel> {
  readonly container: Container
  readonly wired: readonly WiredPlugin[]
}

// Read by the kernel itself, beside the services.
const LISTS = ['agents', 'tools', 'on', 'interceptors', 'observers', 'commands', 'health'] as const
const FUNCTIONS = ['start', 'serve'] as const

/**
 * Runs every plugin's setup, in order, and registers what it provides.
 *
 * @throws PLUGIN_FAILED, PLUGIN_INVALID
 */
export function wire(
  ordered: readonly Plugin[],
  configs: Map<string, unknown>,
  log: Logger,
  kernel: Kernel,
): Wiring {
  const container = new Container()
  const wired: WiredPlugin[] = []
  let complete = false
  const view: ForgeView = {
    plugins: Object.freeze(ordered.map((plugin) => plugin.definition)),
    ...kernel,
    make: (target) => container.make(target),
    resolve: (target) => container.resolve(target),
    find: <Service>(token: Token<Service>) => {
      if (container.has(token)) return container.get(token)
      // A later plugin may provide it.
      if (!complete) throw CoreErrors.SETUP_INCOMPLETE({ call: `find(${token.name})` })
      return undefined
    },
    all: <Key extends keyof Contributions>(key: Key) => {
      if (!complete) throw CoreErrors.SETUP_INCOMPLETE({ call: `all('${key}')` })
      return contributionsTo(key, wired)
    },
  }
  for (const { definition } of ordered) {
    const { name, requires = {}, optional = {} } = definition
    const services = container.getAll({ ...optional, ...requires })
    const context = {
      config: configs.get(name),
      log: log.child({ plugin: name }),
      forge: view,
      ...services,
    }
    const contributions = attempt(name, () => definition.setup(context))
    refuseNoObject(name, contributions)
    provide(definition, contributions.services ?? {}, container)
    wired.push({ name, contributions })
  }
  // A contribution may be a getter that asks for those of others, and the checks below read it.
  complete = true
  for (const plugin of wired) refuseMisshapen(plugin)
  refuseUnreadKeys(ordered, wired)
  return { ...view, container, wired }
}

function contributionsTo<Key extends keyof Contributions>(key: Key, wired: readonly WiredPlugin[]) {
  const found: Contributed<Key>[] = []
  for (const { name, contributions } of wired) {
    if (!Object.hasOwn(contributions, key)) continue
    const value = contributions[key]
    if (value !== undefined) found.push({ plugin: name, value })
  }
  return found
}

function attempt<Result>(plugin: string, setup: () => Result): Result {
  try {
    return setup()
  } catch (error) {
    throw CoreErrors.PLUGIN_FAILED(
      { plugin, phase: 'set up', reason: messageOf(error) },
      { cause: error },
    )
  }
}

/** What JavaScript lets through, and what would otherwise do nothing at all, or only in part. */
function refuseNoObject(plugin: string, contributions: unknown) {
  const isPromise = contributions instanceof Object && 'then' in contributions
  if (isPlainObject(contributions) && !isPromise) return
  const problem = isPromise
    ? 'setup() returned a promise; do what has to be awaited in start().'
    : 'setup() has to return a plain object, which is no instance of a class; {} where there is nothing to contribute.'
  throw CoreErrors.PLUGIN_INVALID({ plugin, problem })
}

function provide(
  { name, provides = {} }: Plugin['definition'],
  services: Record<string, unknown>,
  container: Container,
) {
  const undeclared = Object.keys(services).find((key) => !Object.hasOwn(provides, key))
  if (undeclared !== undefined) {
    throw CoreErrors.PLUGIN_INVALID({
      plugin: name,
      problem: `setup() returned services.${undeclared}, which nobody can ask for. Declare its token in provides, or leave it out.`,
    })
  }
  for (const [key, token] of Object.entries(provides)) {
    if (!Object.hasOwn(services, key) || services[key] === undefined || services[key] === null) {
      throw CoreErrors.PLUGIN_INVALID({
        plugin: name,
        problem: `it declares that it provides ${token.name}, but setup() returned no services.${key}.`,
      })
    }
    container.register(token, services[key])
  }
}

function refuseMisshapen({ name, contributions }: WiredPlugin) {
  const read = (key: keyof Contributions) => attempt(name, () => contributions[key])
  const problems = [
    ...LISTS.map((key) => problemOfList(key, read(key))),
    ...FUNCTIONS.map((key) => problemOfFunction(key, read(key))),
  ]
  const problem = problems.find((one) => one !== undefined)
  if (problem !== undefined) throw CoreErrors.PLUGIN_INVALID({ plugin: name, problem })
}

/** Catches a misspelt key, and a contribution whose host was forgotten. */
function refuseUnreadKeys(ordered: readonly Plugin[], wired: readonly WiredPlugin[]) {
  const read = new Set<string>([
    'services',
    ...LISTS,
    ...FUNCTIONS,
    ...ordered.flatMap((plugin) => plugin.definition.collects ?? []),
  ])
  for (const { name, contributions } of wired) {
    const unread = Object.keys(contributions).filter(
      (key) => !read.has(key) && contributions[key as keyof Contributions] !== undefined,
    )
    if (unread.length === 0) continue
    throw CoreErrors.PLUGIN_INVALID({
      plugin: name,
      problem: `nothing reads its contribution "${unread.join('", "')}". Check the spelling, or add the plugin that collects it.`,
    })
  }
}
