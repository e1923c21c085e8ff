import { targetOf, useRuns, useStartables, type Kind, type Run } from '../../api/runs'
import { moment } from '../../format/time'
import { words } from '../../format/words'
import { PanelList } from '../../panels/panel-list'
import { Empty } from '../../ui/empty'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { PagedTable } from '../../ui/paged-table'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import type { Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'
import { StartCard } from './start-card'

export function RunsPage() {
  const runs = useRuns()
  return (
    <Page title="Agents and workflows">
      <Startables
        kind="agents"
        title="Agents"
        about="An agent does one thing, and answers."
        empty="This server has no agent that you can call."
      />
      <Startables
        kind="workflows"
        title="Workflows"
        about="A workflow has agents do several things, and may ask you something on the way."
        empty="This server has no workflow yet."
      />
      <Section title="Your runs">
        <PagedTable
          label="Your runs"
          query={runs}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          empty="Nothing has run yet. Start something above."
        />
      </Section>
      <PanelList page="runs" />
    </Page>
  )
}

interface Props {
  kind: Kind
  title: string
  about: string
  empty: string
}

/** What there is to start of a kind. */
function Startables({ kind, title, about, empty }: Props) {
  const startables = useStartables(kind)
  return (
    <Section title={title} about={about}>
      <Loaded query={startables} height="9rem">
        {(all) =>
          all.length === 0 ? (
            <Empty>{empty}</Empty>
          ) : (
            <div className="cards">
              {all.map((one) => (
                <StartCard key={one.name} kind={kind} startable={one} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Section>
  )
}

const COLUMNS: Column<Run>[] = [
  {
    title: 'What',
    cell: (run) => <TextLink to={`/runs/${run.id}`}>{words(targetOf(run))}</TextLink>,
  },
  { title: 'Kind', cell: ({ agent }) => (agent === null ? 'Workflow' : 'Agent') },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Progress', align: 'right', cell: ({ progress }) => `${progress ?? 0} %` },
  { title: 'Started', cell: ({ createdAt }) => moment(createdAt) },
]
