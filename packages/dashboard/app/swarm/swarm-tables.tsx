import type { Flow, Member, Traffic } from '../api/swarm'
import { number } from '../format/words'
import { Table, type Column } from '../ui/table'
import { callsOf, eventsOf, loadOf } from './traffic'

type Live = Traffic | undefined

export function AgentTable({ members, traffic }: { members: Member[]; traffic: Live }) {
  const rows = members.flatMap(({ name: plugin, agents }) =>
    agents.map((agent) => ({ ...agent, plugin, ...callsOf(traffic, agent.name) })),
  )
  const columns: Column<(typeof rows)[number]>[] = [
    { title: 'Agent', cell: ({ name }) => name },
    { title: 'Plugin', cell: ({ plugin }) => plugin },
    { title: 'Customers may call it', cell: ({ exposed }) => (exposed ? 'Yes' : 'No') },
    { title: 'At work', align: 'right', cell: ({ running }) => number(running) },
    { title: 'Calls', align: 'right', cell: ({ ended }) => number(ended) },
    { title: 'Failed', align: 'right', cell: ({ failed }) => number(failed) },
    { title: 'Tools', cell: ({ tools }) => tools.join(', ') || '–' },
    { title: 'What it does', cell: ({ description }) => description },
  ]
  return (
    <Table
      isDense
      label="Agents"
      rows={rows}
      columns={columns}
      keyOf={({ name }) => name}
      empty="No plugin has an agent."
    />
  )
}

export function FlowTable({ flows, traffic }: { flows: Flow[]; traffic: Live }) {
  const columns: Column<Flow>[] = [
    { title: 'Event', cell: ({ event }) => event },
    { title: 'From', cell: ({ from }) => from },
    { title: 'To', cell: ({ to }) => to },
    { title: 'Consumer', cell: ({ consumer }) => consumer },
    { title: 'Events', align: 'right', cell: ({ event }) => number(eventsOf(traffic, event)) },
    {
      title: 'Waiting',
      align: 'right',
      cell: ({ consumer }) => number(loadOf(traffic, consumer).waiting),
    },
    {
      title: 'Dead letters',
      align: 'right',
      cell: ({ consumer }) => number(loadOf(traffic, consumer).deadLetters),
    },
  ]
  return (
    <Table
      isDense
      label="Events and who hears them"
      rows={flows}
      columns={columns}
      keyOf={({ event, consumer }) => `${event} ${consumer}`}
      empty="No plugin hears an event of another."
    />
  )
}

const PLUGIN: Column<Member>[] = [
  { title: 'Plugin', cell: ({ name }) => name },
  { title: 'Requires', cell: ({ requires }) => requires.join(', ') || '–' },
  { title: 'Provides', cell: ({ provides }) => provides.join(', ') || '–' },
  { title: 'Tools', cell: ({ tools }) => tools.join(', ') || '–' },
]

export const PluginTable = ({ members }: { members: Member[] }) => (
  <Table
    isDense
    label="Plugins"
    rows={members}
    columns={PLUGIN}
    keyOf={({ name }) => name}
    empty="There is no plugin."
  />
)
