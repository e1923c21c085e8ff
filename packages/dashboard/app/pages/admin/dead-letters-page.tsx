import { Button, Flex } from '@radix-ui/themes'
import {
  MOST_AT_ONCE,
  useDeadLetters,
  useDiscard,
  useRedrive,
  type DeadLetter,
} from '../../api/dead-letters'
import { moment } from '../../format/time'
import { PanelList } from '../../panels/panel-list'
import { Page } from '../../ui/page'
import { PagedTable } from '../../ui/paged-table'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import type { Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'
import { Discard } from './discard'

export function DeadLettersPage() {
  const letters = useDeadLetters()
  const redrive = useRedrive()
  const discard = useDiscard()
  const shown = (letters.data ?? []).slice(0, MOST_AT_ONCE)
  const columns: Column<DeadLetter>[] = [
    { title: 'When', cell: ({ at }) => moment(at) },
    { title: 'Consumer', cell: ({ consumer }) => consumer },
    { title: 'Reason', cell: ({ reason }) => reason },
    {
      title: 'Event',
      cell: ({ eventId }) => <TextLink to={`/admin/events/${eventId}`}>Look at it</TextLink>,
    },
    {
      title: 'What to do',
      cell: ({ id, consumer }) => (
        <Flex gap="2">
          <Button
            size="1"
            variant="soft"
            aria-label={`Have ${consumer} try again`}
            disabled={redrive.isPending}
            onClick={() => redrive.mutate([id])}
          >
            Try again
          </Button>
          <Discard
            consumer={consumer}
            isPending={discard.isPending}
            onDiscard={(reason) => discard.mutate({ ids: [id], reason })}
          />
        </Flex>
      ),
    },
  ]
  return (
    <Page
      title="Dead letters"
      about="Events that a consumer has given up on. Mend what is wrong, then have it try them again."
    >
      <Section title="Given up" about="The oldest first">
        <Problem error={redrive.error ?? discard.error} />
        <PagedTable
          label="Given up"
          query={letters}
          columns={columns}
          keyOf={({ id }) => id}
          empty="No consumer has given up on anything."
        />
        {shown.length > 1 && (
          <div>
            <Button
              loading={redrive.isPending}
              onClick={() => redrive.mutate(shown.map(({ id }) => id))}
            >
              Try these {shown.length} again
            </Button>
          </div>
        )}
      </Section>
      <PanelList page="dead-letters" />
    </Page>
  )
}
