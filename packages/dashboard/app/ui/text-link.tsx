import { Link } from '@radix-ui/themes'
import type { ReactNode } from 'react'
import { Link as RouterLink } from 'react-router'

/** A link to another page of the application, within text. */
export const TextLink = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link asChild underline="always">
    <RouterLink to={to}>{children}</RouterLink>
  </Link>
)
