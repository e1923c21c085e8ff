import '@xyflow/react/dist/style.css'
import { Controls, ReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import type { Swarm, Traffic } from '../api/swarm'
import { useMedia } from '../layout/use-media'
import { layOut } from './lay-out'
import { edgesOf, nodesOf } from './elements'
import { PluginNode } from './plugin-node'

interface Props {
  swarm: Swarm
  traffic: Traffic | undefined
}

const NODE_TYPES = { plugin: PluginNode }
// A narrow window has the swarm from top to bottom.
const NARROW = '(max-width: 48rem)'

/** The swarm as a graph: plugins with their agents, and the events that go from one to another. */
export function Graph({ swarm, traffic }: Props) {
  const direction = useMedia(NARROW) ? 'TB' : 'LR'
  const places = useMemo(() => layOut(swarm, direction), [swarm, direction])
  return (
    <div className="graph" role="group" aria-label="The swarm, drawn; below as tables">
      <ReactFlow
        key={direction}
        nodes={nodesOf(swarm, traffic, places)}
        edges={edgesOf(swarm, traffic)}
        nodeTypes={NODE_TYPES}
        fitView
        fitViewOptions={{ padding: 0.05 }}
        minZoom={0.1}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        disableKeyboardA11y
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  )
}
