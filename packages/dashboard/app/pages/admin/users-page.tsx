import { Button, Flex } from '@radix-ui/themes'
import { useSetActive, useUsers, type User } from '../../api/admin'
import { day } from '../../format/time'
import { useAccount } from '../../session/session'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import { Table, type Column } from '../../ui/table'

export function UsersPage() {
  const users = useUsers()
  const setActive = useSetActive()
  const { data: me } = useAccount()
  const columns: Column<User>[] = [
    { title: 'Address', cell: ({ email }) => email },
    { title: 'Name', cell: ({ fullName }) => fullName ?? '–' },
    {
      title: 'State',
      cell: ({ isActive, isSuperuser }) => (
        <Flex gap="2">
          <StatusBadge status={isActive ? 'active' : 'disabled'} />
          {isSuperuser && <StatusBadge status="superuser" />}
        </Flex>
      ),
    },
    { title: 'Since', cell: ({ createdAt }) => day(createdAt) },
    {
      title: 'Change',
      cell: ({ id, email, isActive }) => (
        <Button
          size="1"
          variant="soft"
          color={isActive ? 'red' : 'green'}
          highContrast
          disabled={id === me?.id || setActive.isPending}
          aria-label={`${isActive ? 'Disable' : 'Enable'} ${email}`}
          onClick={() => setActive.mutate({ id, isActive: !isActive })}
        >
          {isActive ? 'Disable' : 'Enable'}
        </Button>
      ),
    },
  ]
  return (
    <Page title="Users">
      <Section title="Accounts" about="The newest 200">
        <Problem error={setActive.error} />
        <Loaded query={users} height="20rem">
          {(rows) => (
            <Table
              label="Accounts"
              rows={rows}
              columns={columns}
              keyOf={({ id }) => id}
              empty="There is no account."
            />
          )}
        </Loaded>
      </Section>
    </Page>
  )
}
