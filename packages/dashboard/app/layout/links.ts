import type { Account } from '../session/session'

interface PageLink {
  to: string
  label: string
}

const EVERYBODY: PageLink[] = [
  { to: '/', label: 'Overview' },
  { to: '/plans', label: 'Plans' },
  { to: '/billing', label: 'Billing' },
]
const SUPERUSERS: PageLink[] = []

/** The pages that an account can go to. */
export const linksFor = ({ isSuperuser }: Account): PageLink[] => [
  ...EVERYBODY,
  ...(isSuperuser ? SUPERUSERS : []),
]
