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
  { title: 'What', cell: (entry) => <What entry={entry} /> },
  { title: 'By', cell: (entry) => <By entry={entry} /> },
  {
    title: 'To',
    cell: ({ subjectId, subjectEmail }) => <Account id={subjectId} email={subjectEmail} />,
  },
]

function Account({ id, email }: { id: string | null; email: string | null }) {
  if (id === null) return '–'
  return (
    <div className="account">
      {email ?? 'Deleted account'}
      <Text as="div" size="1" color="gray">
        {id}
      </Text>
    </div>
  )
}

const By = ({ entry: { actorId, actorEmail, ip } }: { entry: AuditEntry }) => (
  <>
    <Account id={actorId} email={actorEmail} />
    {ip !== null && (
      <Text as="div" size="1" color="gray">
        from {ip}
      </Text>
    )}
  </>
)

/** What was done, and the particulars: what there was before, and after it. */
function What({ entry: { action, before, after } }: { entry: AuditEntry }) {
  const values = [before, after].filter((value) => value !== null)
  return (
    <>
      {action}
      {values.length > 0 && (
        <div className="cell-value">{values.map((value) => JSON.stringify(value)).join(' → ')}</div>
      )}
    </>
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
