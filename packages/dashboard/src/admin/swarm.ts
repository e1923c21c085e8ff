import type { AnyAgent, EventType, ForgeView, Subscription, Tokens } from '@titanforge/core'

/** A plugin as a part of the swarm. */
export interface Member {
  name: string
  /** Names of services. */
  requires: string[]
  provides: string[]
  agents: { name: string; description: string; exposed: boolean; tools: string[] }[]
  tools: string[]
}

/** Which way an event goes: from the plugin that declares it to one that consumes it. */
export interface Flow {
  event: string
  from: string
  to: string
  consumer: string
}

export interface Swarm {
  members: Member[]
  flows: Flow[]
}

/** What the application is made of, in the order in which it starts, and how its parts hear of each other. */
export function swarmOf(forge: Pick<ForgeView, 'plugins' | 'all'>): Swarm {
  const members = forge.plugins.map(({ name, requires = {}, optional = {}, provides = {} }) => ({
    name,
    requires: [...namesOf(requires), ...namesOf(optional)],
    provides: namesOf(provides),
    agents: from(forge.all('agents'), name).map(described),
    tools: from(forge.all('tools'), name).map((tool) => tool.name),
  }))
  return { members, flows: flowsOf(forge) }
}

function flowsOf(forge: Pick<ForgeView, 'plugins' | 'all'>): Flow[] {
  const declarer = new Map<EventType['name'], string>()
  for (const { name, events = [] } of forge.plugins)
    for (const event of events) declarer.set(event.name, name)
  return forge.plugins.flatMap(({ name: to }) =>
    subscriptionsOf(forge, to).flatMap(({ event, consumer }) => {
      const source = declarer.get(event.name)
      return source === undefined ? [] : [{ event: event.name, from: source, to, consumer }]
    }),
  )
}

const subscriptionsOf = (forge: Pick<ForgeView, 'all'>, plugin: string): Subscription[] => [
  ...from(forge.all('on'), plugin),
  ...from(forge.all('agents'), plugin).flatMap(({ on }) => on),
]

/** What one plugin contributes to a list. */
const from = <One>(
  contributed: readonly { plugin: string; value: readonly One[] }[],
  name: string,
): One[] => contributed.flatMap(({ plugin, value }) => (plugin === name ? value : []))

const described = (agent: AnyAgent) => ({
  name: agent.name,
  description: agent.description,
  exposed: 'exposed' in agent && agent.exposed === true,
  tools: agent.tools.map(({ name }) => name),
})

const namesOf = (tokens: Tokens) => Object.values(tokens).map(({ name }) => name)
