import { useAudit, type AuditEntry } from '../../api/admin'
import { moment } from '../../format/time'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Section } from '../../ui/section'
import { Table, type Column } from '../../ui/table'

const COLUMNS: Column<AuditEntry>[] = [
  { title: 'When', cell: ({ at }) => moment(at) },
  { title: 'What', cell: ({ action }) => action },
  { title: 'By', cell: ({ actorId }) => actorId ?? '–' },
  { title: 'To', cell: ({ subjectId }) => subjectId ?? '–' },
  { title: 'From', cell: ({ ip }) => ip ?? '–' },
]

export function AuditPage() {
  const audit = useAudit()
  return (
    <Page title="Audit">
      <Section title="What was done" about="The newest 200 entries">
        <Loaded query={audit} height="20rem">
          {(rows) => (
            <Table
              label="What was done"
              rows={rows}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              empty="Nothing was done yet."
            />
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
