import { Theme } from '@radix-ui/themes'
import type { ReactNode } from 'react'
import { useMedia } from './use-media'

/** Light or dark, as the system is. */
export function Appearance({ children }: { children: ReactNode }) {
  const isDark = useMedia('(prefers-color-scheme: dark)')
  return (
    <Theme appearance={isDark ? 'dark' : 'light'} accentColor="indigo" grayColor="slate">
      {children}
    </Theme>
  )
}
