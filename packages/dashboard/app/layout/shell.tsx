import { Button, DropdownMenu, Text } from '@radix-ui/themes'
import { Suspense } from 'react'
import { Navigate, NavLink, Outlet, useLocation, useNavigate } from 'react-router'
import { logOut, useAccount, type Account } from '../session/session'
import { Problem } from '../ui/problem'
import { Working } from '../ui/working'
import { Brand } from './brand'
import { linksFor } from './links'
import { VerifyNotice } from './verify-notice'

/** What is around every page of somebody who is logged in. */
export function Shell() {
  const account = useAccount()
  const { pathname, search } = useLocation()
  if (account.isPending) return <Working />
  if (account.isError) return <Problem error={account.error} retry={() => void account.refetch()} />
  if (!account.data)
    return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <TopBar account={account.data} />
      <SideBar account={account.data} />
      <main id="content">
        {!account.data.emailVerified && <VerifyNotice email={account.data.email} />}
        <Suspense fallback={<Working />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  )
}

function SideBar({ account }: { account: Account }) {
  return (
    <header className="side">
      <Brand />
      <nav aria-label="Pages">
        {linksFor(account).map(({ to, label }) => (
          <NavLink key={to} to={to} end={to === '/'}>
            {label}
          </NavLink>
        ))}
      </nav>
      <Text as="p" size="1" color="gray" mt="auto" className="break">
        {account.fullName ?? account.email}
      </Text>
      <Button variant="soft" color="gray" onClick={() => void logOut()}>
        Log out
      </Button>
    </header>
  )
}

/** The same for narrow windows. */
function TopBar({ account }: { account: Account }) {
  const navigate = useNavigate()
  return (
    <header className="bar">
      <Brand />
      <DropdownMenu.Root>
        <DropdownMenu.Trigger>
          <Button variant="soft" color="gray">
            Menu
            <DropdownMenu.TriggerIcon />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content align="end">
          {linksFor(account).map(({ to, label }) => (
            <DropdownMenu.Item key={to} onSelect={() => void navigate(to)}>
              {label}
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator />
          <DropdownMenu.Item onSelect={() => void logOut()}>Log out</DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </header>
  )
}
