import { Text } from '@radix-ui/themes'
import type { ReactNode } from 'react'

/** Says that there is nothing, and what to do about it. */
export const Empty = ({ children }: { children: ReactNode }) => (
  <Text as="p" size="2" color="gray">
    {children}
  </Text>
)
