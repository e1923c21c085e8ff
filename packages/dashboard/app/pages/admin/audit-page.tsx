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
  { title: 'By', cell: ({ actorId }) => actorId ?? '–' },
  { title: 'To', cell: ({ subjectId }) => subjectId ?? '–' },
  { title: 'From', cell: ({ ip }) => ip ?? '–' },
  { title: 'Before', cell: ({ before }) => <Value of={before} /> },
  { title: 'After', cell: ({ after }) => <Value of={after} /> },
]

const Value = ({ of }: { of: unknown }) =>
  of === null ? '–' : <Text className="cell-value">{JSON.stringify(of)}</Text>

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
