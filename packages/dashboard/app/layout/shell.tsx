import { Box, Button, DropdownMenu, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { Suspense, useRef } from 'react'
import { Navigate, NavLink, Outlet, useLocation, useNavigate } from 'react-router'
import { logOut, useAccount, type Account } from '../session/session'
import { Boundary } from '../ui/boundary'
import { Problem } from '../ui/problem'
import { Working } from '../ui/working'
import { Brand } from './brand'
import { linksFor } from './links'
import { VerifyNotice } from './verify-notice'

/** What is around every page of somebody who is logged in. */
export function Shell() {
  const account = useAccount()
  const { pathname, search } = useLocation()
  const logout = useMutation({ mutationFn: logOut })
  const leave = () => logout.mutate()
  const retry = () => void account.refetch()
  if (account.isPending) return <Working />
  if (account.data === undefined)
    return (
      <main>
        <Problem error={account.error} retry={retry} />
      </main>
    )
  if (!account.data)
    return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <TopBar account={account.data} onLogOut={leave} />
      <SideBar account={account.data} onLogOut={leave} />
      <main id="content">
        {/* What is on the page stays, with what was typed into it. */}
        <Box mb="5" hidden={!account.error && !logout.error}>
          <Problem error={account.error} retry={retry} />
          <Problem error={logout.error} />
        </Box>
        {!account.data.emailVerified && <VerifyNotice email={account.data.email} />}
        <Boundary key={pathname}>
          <Suspense fallback={<Working />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </main>
    </div>
  )
}

interface BarProps {
  account: Account
  onLogOut(): void
}

function SideBar({ account, onLogOut }: BarProps) {
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
      <Button variant="soft" color="gray" onClick={onLogOut}>
        Log out
      </Button>
    </header>
  )
}

/** The same for narrow windows. */
function TopBar({ account, onLogOut }: BarProps) {
  const navigate = useNavigate()
  const hasChosen = useRef(false)
  const go = (to: string) => {
    hasChosen.current = true
    void navigate(to)
  }
  // The heading of the page that was chosen has the focus; without a choice it goes back to the button.
  const closed = (event: Event) => {
    if (hasChosen.current) event.preventDefault()
    hasChosen.current = false
  }
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
        <DropdownMenu.Content align="end" onCloseAutoFocus={closed}>
          {linksFor(account).map(({ to, label }) => (
            <DropdownMenu.Item key={to} onSelect={() => go(to)}>
              {label}
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator />
          <DropdownMenu.Item onSelect={onLogOut}>Log out</DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </header>
  )
}
