import { Card, Flex, Heading, Text } from '@radix-ui/themes'
import type { ReactNode } from 'react'

interface Props {
  title: string
  about?: string | undefined
  /** What stands beside the title, such as a button. */
  actions?: ReactNode
  children: ReactNode
}

/** A part of a page, under a heading of its own. */
export const Section = ({ title, about, actions, children }: Props) => (
  <Card size="3" asChild>
    <section aria-label={title}>
      <Flex justify="between" align="start" gap="3" wrap="wrap" mb={about ? '1' : '4'}>
        <Heading as="h2" size="4" className="break">
          {title}
        </Heading>
        {actions}
      </Flex>
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
