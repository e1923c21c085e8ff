import { useSearchParams } from 'react-router'
import { useEvents, type Event } from '../../api/events'
import { moment } from '../../format/time'
import { PanelList } from '../../panels/panel-list'
import { Page } from '../../ui/page'
import { PagedTable } from '../../ui/paged-table'
import { Section } from '../../ui/section'
import type { Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'
import { EventFilter, FILTERS } from './event-filter'

const COLUMNS: Column<Event>[] = [
  { title: 'When', cell: ({ occurredAt }) => moment(occurredAt) },
  { title: 'Type', cell: ({ id, type }) => <TextLink to={`/admin/events/${id}`}>{type}</TextLink> },
  {
    title: 'User',
    cell: ({ userId }) =>
      userId === null ? '–' : <TextLink to={`/admin/events?userId=${userId}`}>{userId}</TextLink>,
  },
  { title: 'From', cell: ({ source }) => source ?? 'this application' },
]

export function EventsPage() {
  const [search] = useSearchParams()
  const filter = Object.fromEntries(FILTERS.map((name) => [name, search.get(name) ?? '']))
  const events = useEvents(filter)
  return (
    <Page title="Events" about="Everything that has happened, as the log keeps it.">
      <Section title="Events">
        <EventFilter filter={filter} />
        <PagedTable
          label="Events"
          query={events}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          empty="There is no such event."
        />
      </Section>
      <PanelList page="events" />
    </Page>
  )
}
