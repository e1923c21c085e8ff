import { Card, Flex, Heading } from '@radix-ui/themes'
import type { ReactNode } from 'react'
import { useTitle } from '../ui/use-title'
import { Brand } from './brand'

/** What is around the pages of those who are not logged in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  const heading = useTitle(title)
  return (
    <div className="entrance">
      <main>
        <Flex direction="column" gap="5">
          <Brand />
          <Card size="3">
            <Heading as="h1" size="5" mb="4" ref={heading} tabIndex={-1}>
              {title}
            </Heading>
            {children}
          </Card>
        </Flex>
      </main>
    </div>
  )
}
