import { Button } from '@radix-ui/themes'
import { useDeadLetters, useRedrive, type DeadLetter } from '../../api/admin'
import { moment } from '../../format/time'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { Table, type Column } from '../../ui/table'

export function DeadLettersPage() {
  const letters = useDeadLetters()
  const redrive = useRedrive()
  const columns: Column<DeadLetter>[] = [
    { title: 'When', cell: ({ at }) => moment(at) },
    { title: 'Consumer', cell: ({ consumer }) => consumer },
    { title: 'Reason', cell: ({ reason }) => reason },
    { title: 'Event', cell: ({ eventId }) => eventId },
    {
      title: 'Again',
      cell: ({ id, consumer }) => (
        <Button
          size="1"
          variant="soft"
          aria-label={`Try ${consumer} again`}
          onClick={() => redrive.mutate([id])}
        >
          Try again
        </Button>
      ),
    },
  ]
  return (
    <Page
      title="Dead letters"
      about="Events that a consumer has given up on. Mend what is wrong, then have it try them again."
    >
      <Section title="Given up">
        <Problem error={redrive.error} />
        <Loaded query={letters}>
          {(rows) => (
            <>
              <Table
                label="Given up"
                rows={rows}
                columns={columns}
                keyOf={({ id }) => id}
                empty="No consumer has given up on anything."
              />
              {rows.length > 1 && (
                <div>
                  <Button
                    loading={redrive.isPending}
                    onClick={() => redrive.mutate(rows.map(({ id }) => id))}
                  >
                    Try all of them again
                  </Button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
