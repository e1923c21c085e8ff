import dagre from '@dagrejs/dagre'
import type { Flow, Member, Swarm } from '../api/swarm'

export type Direction = 'LR' | 'TB'

/** Where a plugin is drawn, in pixels. */
export interface Place {
  x: number
  y: number
  width: number
  height: number
  direction: Direction
}

const WIDTH = 208
const HEAD_HEIGHT = 56
const LINE_HEIGHT = 20

const heightOf = ({ agents }: Member) => HEAD_HEIGHT + agents.length * LINE_HEIGHT

/** The plugins that tell each other something: the others are no part of a swarm. */
export function drawn({ members, flows }: Swarm): Member[] {
  const between = flows.filter(isBetween)
  return members.filter(
    ({ name, agents }) =>
      agents.length > 0 || between.some(({ from, to }) => from === name || to === name),
  )
}

/** What a plugin tells itself is no line between two. */
export const isBetween = ({ from, to }: Flow): boolean => from !== to

/** A place for each plugin, so that events go one way where that is possible. */
export function layOut(swarm: Swarm, direction: Direction): Map<string, Place> {
  const graph = new dagre.graphlib.Graph<object, Partial<Place>, object>()
  graph.setGraph({ rankdir: direction, nodesep: 24, ranksep: 96 })
  graph.setDefaultEdgeLabel(() => ({}))
  const members = drawn(swarm)
  for (const member of members)
    graph.setNode(member.name, { width: WIDTH, height: heightOf(member) })
  for (const { from, to } of swarm.flows.filter(isBetween)) graph.setEdge(from, to)
  dagre.layout(graph)
  return new Map(
    members.map((member) => {
      const { x = 0, y = 0 } = graph.node(member.name)
      const height = heightOf(member)
      // What was laid out is the middle; what is drawn begins at a corner.
      return [member.name, { x: x - WIDTH / 2, y: y - height / 2, width: WIDTH, height, direction }]
    }),
  )
}
