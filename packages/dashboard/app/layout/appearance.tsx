import { Theme } from '@radix-ui/themes'
import { useSyncExternalStore, type ReactNode } from 'react'

const dark = window.matchMedia('(prefers-color-scheme: dark)')

const subscribe = (changed: () => void) => {
  dark.addEventListener('change', changed)
  return () => dark.removeEventListener('change', changed)
}

/** Light or dark, as the system is. */
export function Appearance({ children }: { children: ReactNode }) {
  const isDark = useSyncExternalStore(subscribe, () => dark.matches)
  return (
    <Theme appearance={isDark ? 'dark' : 'light'} accentColor="indigo" grayColor="slate">
      {children}
    </Theme>
  )
}
