import { Badge, Button } from '@radix-ui/themes'
import { useEndSession, useSessions, type Session } from '../../api/account'
import { moment } from '../../format/time'
import { Loaded } from '../../ui/loaded'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { Table, type Column } from '../../ui/table'

const MOST_CHARACTERS = 48

const short = (text: string) =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text

export function Sessions() {
  const sessions = useSessions()
  const end = useEndSession()
  const columns: Column<Session>[] = [
    { title: 'Address', cell: ({ ip }) => ip },
    { title: 'With', cell: ({ userAgent }) => <span title={userAgent}>{short(userAgent)}</span> },
    { title: 'Last used', cell: ({ lastUsedAt }) => moment(lastUsedAt) },
    {
      title: 'End',
      cell: ({ id, isCurrent }) =>
        isCurrent ? (
          <Badge color="green" highContrast>
            This one
          </Badge>
        ) : (
          <Button
            size="1"
            variant="soft"
            color="red"
            disabled={end.isPending}
            onClick={() => end.mutate(id)}
          >
            End it
          </Button>
        ),
    },
  ]
  return (
    <Section title="Where you are logged in">
      <Loaded query={sessions}>
        {(rows) => (
          <>
            <Table
              label="Where you are logged in"
              rows={rows}
              columns={columns}
              keyOf={({ id }) => id}
              empty="Nowhere."
            />
            {rows.length > 1 && (
              <div>
                <Button
                  variant="soft"
                  color="red"
                  loading={end.isPending}
                  onClick={() => end.mutate(undefined)}
                >
                  End all others
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
      <Problem error={end.error} />
    </Section>
  )
}
