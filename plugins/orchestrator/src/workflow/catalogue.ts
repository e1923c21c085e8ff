import type { Agent, AnyAgent, ForgeView } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import { agentOf, agentRun } from './agent-run.js'
import type { AnyWorkflow } from './workflow.js'

/** Of a run that was requested where nobody knew its workflow: it begins with the newest that there is then. */
export const NO_VERSION = 0

/** What the application can run: its workflows, by name and version, and the agents that customers may call. */
export class Catalogue {
  #versions: ReadonlyMap<string, readonly AnyWorkflow[]> | undefined
  #exposed: ReadonlyMap<string, AnyWorkflow> | undefined

  constructor(private readonly forge: Pick<ForgeView, 'all'>) {}

  /** The newest version of each. */
  newest(): AnyWorkflow[] {
    return [...this.#all.values()].flatMap((versions) => versions.at(-1) ?? [])
  }

  /** Every version of each. */
  all(): AnyWorkflow[] {
    return [...this.#all.values()].flat()
  }

  /** The newest version; undefined where this process knows none. */
  find(name: string): AnyWorkflow | undefined {
    return this.#all.get(name)?.at(-1)
  }

  /** @throws WORKFLOW_UNKNOWN */
  get(name: string): AnyWorkflow {
    const newest = this.find(name)
    if (!newest) throw OrchestratorErrors.WORKFLOW_UNKNOWN({ workflow: name })
    return newest
  }

  /** The agents that customers may call, each as a workflow of one step, by the agents' names. */
  get agents(): ReadonlyMap<string, AnyWorkflow> {
    return (this.#exposed ??= new Map(
      this.forge
        .all('agents')
        .flatMap(({ value }) => value.filter(isExposed))
        .map((agent) => [agent.name, agentRun(agent)]),
    ))
  }

  /** The version that a run was started with, or is to begin with; undefined where this process does not know it. */
  of({ workflow, version }: { workflow: string; version: number }): AnyWorkflow | undefined {
    const agent = agentOf(workflow)
    if (agent !== undefined) return this.agents.get(agent)
    if (version === NO_VERSION) return this.find(workflow)
    return this.#all.get(workflow)?.find((one) => one.version === version)
  }

  /** Read late, when every plugin has been set up. */
  get #all(): ReadonlyMap<string, readonly AnyWorkflow[]> {
    return (this.#versions ??= byName(
      this.forge.all('workflows').flatMap(({ value }) => [...value]),
    ))
  }
}

const isExposed = (agent: AnyAgent): agent is Agent => 'exposed' in agent && agent.exposed === true

/** @throws WORKFLOW_CONFLICT */
function byName(workflows: readonly AnyWorkflow[]): ReadonlyMap<string, readonly AnyWorkflow[]> {
  const found = new Map<string, AnyWorkflow[]>()
  for (const workflow of workflows.toSorted((a, b) => a.version - b.version)) {
    const { name, version } = workflow
    const versions = found.get(name) ?? []
    if (versions.at(-1)?.version === version)
      throw OrchestratorErrors.WORKFLOW_CONFLICT({ workflow: name, version })
    found.set(name, [...versions, workflow])
  }
  return found
}
