import { Flex, Text } from '@radix-ui/themes'
import { useParams } from 'react-router'
import { useEvent, type Delivery, type EventWithDeliveries } from '../../api/events'
import { moment } from '../../format/time'
import { Facts } from '../../ui/facts'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import { Table, type Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'

export function EventPage() {
  const { id = '' } = useParams()
  const event = useEvent(id)
  return (
    <Page title={event.data?.type ?? 'An event'}>
      <Text size="2">
        <TextLink to="/admin/events">All events</TextLink>
      </Text>
      <Loaded query={event} height="20rem">
        {(event) => <EventView event={event} />}
      </Loaded>
    </Page>
  )
}

function EventView({ event }: { event: EventWithDeliveries }) {
  const { id, userId, causationId, correlationId, source, externalId, key } = event
  return (
    <>
      <Section title="What happened">
        <Facts
          facts={{
            Id: id,
            When: moment(event.occurredAt),
            Version: event.version,
            User: userId && <TextLink to={`/admin/events?userId=${userId}`}>{userId}</TextLink>,
            About: key,
            From: source && `${source}, as ${externalId ?? 'nothing'}`,
            'Caused by': causationId && (
              <TextLink to={`/admin/events/${causationId}`}>{causationId}</TextLink>
            ),
          }}
        />
        <Text size="2">
          <TextLink to={`/admin/events?correlationId=${correlationId}`}>
            The chain that it belongs to
          </TextLink>
        </Text>
      </Section>
      <Section title="What became of it">
        <Table
          label="What became of it"
          rows={event.deliveries}
          columns={COLUMNS}
          keyOf={({ consumer, state }) => `${consumer} ${state}`}
          empty="No consumer listens to it."
        />
      </Section>
      <Section title="What it says" about="Without what is a secret">
        <pre className="value" tabIndex={0}>
          {JSON.stringify(event.payload, null, 2)}
        </pre>
      </Section>
    </>
  )
}

const COLUMNS: Column<Delivery>[] = [
  { title: 'Consumer', cell: ({ consumer }) => consumer },
  {
    title: 'State',
    cell: ({ state }) => (
      <Flex gap="2" align="center">
        <StatusBadge status={state} />
        {state === 'dead' && <TextLink to="/admin/dead-letters">See to it</TextLink>}
      </Flex>
    ),
  },
  { title: 'Attempts', align: 'right', cell: ({ attempts }) => attempts ?? '–' },
  { title: 'When', cell: ({ at }) => (at === null ? '–' : moment(at)) },
  { title: 'Reason', cell: ({ reason }) => reason ?? '–' },
]
