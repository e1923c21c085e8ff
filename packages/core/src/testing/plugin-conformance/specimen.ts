import { createForge, type Forge } from '../../forge.js'
import type { Contributions } from '../../plugins/contributions.js'
import type { AnyPluginDefinition, Plugin } from '../../plugins/plugin.js'
import { captureLog } from '../capture-log.js'
import type { TestContext } from '../suite.js'
import { watchIntervals } from './intervals.js'
import { activeResources, addedSince } from './resources.js'

export type Wired = ReturnType<AnyPluginDefinition['setup']>

/** The plugin in an application of its own, and what it did there. */
export interface Specimen {
  readonly forge: Forge
  /** What its setup returned. */
  readonly wired: Wired
  /** What its setup opened. */
  readonly opened: readonly string[]
  /** What kept the process alive before the application was made. */
  readonly before: readonly string[]
}

export type Prepare = (t: TestContext, behind?: readonly Plugin[]) => Promise<Specimen>

export interface Circumstances {
  config?: unknown
  needs?(t: TestContext): Promise<readonly Plugin[]> | readonly Plugin[]
}

/** Makes applications with the plugin, with what it needs before it and, where given, more behind it. */
export function preparer(
  definition: AnyPluginDefinition,
  { config = {}, needs = () => [] }: Circumstances,
): Prepare {
  return async (t, behind = []) => {
    t.teardown(watchIntervals())
    const needed = await needs(t)
    const before = activeResources()
    let wired: Wired = {}
    let opened: string[] = []
    const watched: AnyPluginDefinition = {
      ...definition,
      setup(context) {
        const untouched = activeResources()
        wired = definition.setup(context)
        opened = addedSince(untouched)
        return wired
      },
    }
    const plugins = [...needed, { definition: watched, config }, ...behind]
    const forge = createForge({ plugins, log: captureLog().log })
    t.teardown(() => forge.stop())
    return { forge, wired, opened, before }
  }
}

/** The tools that it contributes, on its own or in the hands of its agents, each once. */
export function toolsOf({ tools = [], agents = [] }: Contributions) {
  return [...new Set([...tools, ...agents.flatMap((agent) => agent.tools)])]
}
