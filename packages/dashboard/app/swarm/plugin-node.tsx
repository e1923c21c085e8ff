import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { number } from '../format/words'
import type { Direction } from './lay-out'

export type PluginNodeType = Node<
  {
    name: string
    direction: Direction
    agents: string[]
    /** Agents at work. */
    running: number
    /** Events that its consumers have before them. */
    waiting: number
    deadLetters: number
  },
  'plugin'
>

const ENDS = {
  LR: { in: Position.Left, out: Position.Right },
  TB: { in: Position.Top, out: Position.Bottom },
} as const

/** A plugin in the graph: its name, its agents, and what goes on. */
export function PluginNode({ data }: NodeProps<PluginNodeType>) {
  const { name, direction, agents, running, waiting, deadLetters } = data
  const ends = ENDS[direction]
  const state = [
    running > 0 && `${number(running)} at work`,
    waiting > 0 && `${number(waiting)} waiting`,
    deadLetters > 0 && `${number(deadLetters)} given up`,
  ].filter((part) => part !== false)
  return (
    <div className={`plugin${running > 0 || waiting > 0 ? ' busy' : ''}`}>
      <Handle type="target" position={ends.in} isConnectable={false} />
      <strong>{name}</strong>
      <span className={deadLetters > 0 ? 'bad' : ''}>{state.join(', ') || 'quiet'}</span>
      {agents.map((agent) => (
        <span key={agent} className="agent">
          {agent}
        </span>
      ))}
      <Handle type="source" position={ends.out} isConnectable={false} />
    </div>
  )
}
