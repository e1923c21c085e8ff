import { Card, Flex, Heading, Text } from '@radix-ui/themes'
import type { ReactNode } from 'react'

interface Props {
  title: string
  about?: string
  children: ReactNode
}

/** A part of a page, under a heading of its own. */
export const Section = ({ title, about, children }: Props) => (
  <Card size="3" asChild>
    <section aria-label={title}>
      <Heading as="h2" size="4" mb={about ? '1' : '4'}>
        {title}
      </Heading>
      {about && (
        <Text as="p" size="2" color="gray" mb="4">
          {about}
        </Text>
      )}
      <Flex direction="column" gap="4">
        {children}
      </Flex>
    </section>
  </Card>
)
