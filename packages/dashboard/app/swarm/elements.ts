import { MarkerType, type Edge } from '@xyflow/react'
import type { Swarm, Traffic } from '../api/swarm'
import { number } from '../format/words'
import { drawn, isBetween, type Place } from './lay-out'
import type { PluginNodeType } from './plugin-node'
import { callsOf, eventsOf, loadOf } from './traffic'

type Live = Traffic | undefined

/** Each plugin, with what goes on in it. */
export function nodesOf(
  swarm: Swarm,
  traffic: Live,
  places: ReadonlyMap<string, Place>,
): PluginNodeType[] {
  return drawn(swarm).flatMap(({ name, agents }) => {
    const place = places.get(name)
    if (!place) return []
    const consumers = new Set(
      swarm.flows.filter(({ to }) => to === name).map(({ consumer }) => consumer),
    )
    const loads = [...consumers].map((consumer) => loadOf(traffic, consumer))
    const { x, y, width, height, direction } = place
    const data = {
      name,
      direction,
      agents: agents.map((agent) => agent.name),
      running: sum(agents.map((agent) => callsOf(traffic, agent.name).running)),
      waiting: sum(loads.map(({ waiting }) => waiting)),
      deadLetters: sum(loads.map(({ deadLetters }) => deadLetters)),
    }
    return [{ id: name, type: 'plugin' as const, position: { x, y }, width, height, data }]
  })
}

/** One line between two plugins, with how many events have gone along it. */
export function edgesOf({ flows }: Swarm, traffic: Live): Edge[] {
  const lines = Map.groupBy(flows.filter(isBetween), ({ from, to }) => `${from} ${to}`)
  return [...lines].flatMap(([id, between]) => {
    const [first] = between
    if (!first) return []
    const events = new Set(between.map(({ event }) => event))
    const count = sum([...events].map((event) => eventsOf(traffic, event)))
    return [
      {
        id,
        source: first.from,
        target: first.to,
        animated: count > 0,
        className: count > 0 ? 'busy' : '',
        markerEnd: { type: MarkerType.ArrowClosed, width: 18, height: 18 },
        ...(count > 0 && { label: number(count) }),
      },
    ]
  })
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
