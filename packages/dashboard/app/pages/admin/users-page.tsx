import { Button, Flex } from '@radix-ui/themes'
import { useSetActive, useUsers, type User } from '../../api/users'
import { day } from '../../format/time'
import { PanelList } from '../../panels/panel-list'
import { useAccount } from '../../session/session'
import { Page } from '../../ui/page'
import { PagedTable } from '../../ui/paged-table'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import type { Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'

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
      title: 'Events',
      cell: ({ id }) => <TextLink to={`/admin/events?userId=${id}`}>Look</TextLink>,
    },
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
      <Section title="Accounts" about="The newest first">
        <Problem error={setActive.error} />
        <PagedTable
          label="Accounts"
          query={users}
          columns={columns}
          keyOf={({ id }) => id}
          empty="There is no account."
        />
      </Section>
      <PanelList page="users" />
    </Page>
  )
}
