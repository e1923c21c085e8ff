import type { Account } from '../session/session'

interface PageLink {
  to: string
  label: string
}

const EVERYBODY: PageLink[] = [
  { to: '/', label: 'Overview' },
  { to: '/runs', label: 'Agents and workflows' },
  { to: '/plans', label: 'Plans' },
  { to: '/billing', label: 'Billing' },
  { to: '/settings', label: 'Settings' },
]
const SUPERUSERS: PageLink[] = [
  { to: '/analytics', label: 'Analytics' },
  { to: '/admin/users', label: 'Users' },
  { to: '/admin/events', label: 'Events' },
  { to: '/admin/dead-letters', label: 'Dead letters' },
  { to: '/admin/audit', label: 'Audit' },
  { to: '/admin/plugins', label: 'Plugins and agents' },
]

/** The pages that an account can go to. */
export const linksFor = ({ isSuperuser }: Account): PageLink[] => [
  ...EVERYBODY,
  ...(isSuperuser ? SUPERUSERS : []),
]
