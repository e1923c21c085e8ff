import type { Account } from '../session/session'

interface PageLink {
  to: string
  label: string
}

const EVERYBODY: PageLink[] = [
  { to: '/', label: 'Overview' },
  { to: '/runs', label: 'Workflows' },
  { to: '/plans', label: 'Plans' },
  { to: '/billing', label: 'Billing' },
  { to: '/settings', label: 'Settings' },
]
const SUPERUSERS: PageLink[] = [
  { to: '/analytics', label: 'Analytics' },
  { to: '/admin/users', label: 'Users' },
  { to: '/admin/dead-letters', label: 'Dead letters' },
  { to: '/admin/audit', label: 'Audit' },
  { to: '/admin/plugins', label: 'Plugins' },
]

/** The pages that an account can go to. */
export const linksFor = ({ isSuperuser }: Account): PageLink[] => [
  ...EVERYBODY,
  ...(isSuperuser ? SUPERUSERS : []),
]
