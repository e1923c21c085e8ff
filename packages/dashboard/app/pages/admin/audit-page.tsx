import { Text } from '@radix-ui/themes'
import { useAudit, type AuditEntry } from '../../api/audit'
import { moment } from '../../format/time'
import { PanelList } from '../../panels/panel-list'
import { Page } from '../../ui/page'
import { PagedTable } from '../../ui/paged-table'
import { Section } from '../../ui/section'
import type { Column } from '../../ui/table'

const COLUMNS: Column<AuditEntry>[] = [
  { title: 'When', cell: ({ at }) => moment(at) },
  { title: 'What', cell: ({ action }) => action },
  { title: 'By', cell: (entry) => <By entry={entry} /> },
  { title: 'To', cell: ({ subjectId }) => <Id of={subjectId} /> },
  { title: 'Details', cell: (entry) => <Details entry={entry} /> },
]

const Id = ({ of }: { of: string | null }) => (of === null ? '–' : <div className="id">{of}</div>)

const By = ({ entry: { actorId, ip } }: { entry: AuditEntry }) => (
  <>
    <Id of={actorId} />
    {ip !== null && <Text color="gray">from {ip}</Text>}
  </>
)

function Details({ entry: { before, after } }: { entry: AuditEntry }) {
  if (before === null && after === null) return '–'
  const values = [before, after].filter((value) => value !== null)
  return (
    <div className="cell-value">{values.map((value) => JSON.stringify(value)).join(' → ')}</div>
  )
}

export function AuditPage() {
  const audit = useAudit()
  return (
    <Page title="Audit">
      <Section
        title="What was done"
        about="The newest first. Nobody can change or remove an entry."
      >
        <PagedTable
          label="What was done"
          query={audit}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          empty="Nothing was done yet."
        />
      </Section>
      <PanelList page="audit" />
    </Page>
  )
}
