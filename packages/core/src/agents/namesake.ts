import { CoreErrors } from '../errors/core-errors.js'
import type { ForgeView } from '../plugins/forge-view.js'

/** The first that has the name of another; one that is listed twice is not another. */
export function namesake<Named extends { name: string }>(all: readonly Named[]): Named | undefined {
  const known = new Map<string, Named>()
  return all.find((one) => {
    const other = known.get(one.name)
    known.set(one.name, one)
    return other !== undefined && other !== one
  })
}

/** @throws NAME_CONFLICT where plugins contribute different agents, or different tools, of one name. */
export function refuseNamesakes(forge: Pick<ForgeView, 'all'>): void {
  const agent = namesake(forge.all('agents').flatMap(({ value }) => [...value]))
  if (agent) throw CoreErrors.NAME_CONFLICT({ kind: 'agents', name: agent.name })
  const tool = namesake(forge.all('tools').flatMap(({ value }) => [...value]))
  if (tool) throw CoreErrors.NAME_CONFLICT({ kind: 'tools', name: tool.name })
}
