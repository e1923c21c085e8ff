import { Flex, Heading, Text } from '@radix-ui/themes'
import type { ReactNode } from 'react'
import { useTitle } from './use-title'

interface Props {
  title: string
  about?: string
  /** What stands beside the title, such as a button. */
  actions?: ReactNode
  children: ReactNode
}

export function Page({ title, about, actions, children }: Props) {
  const heading = useTitle(title)
  return (
    <Flex direction="column" gap="5">
      <div>
        <Flex justify="between" align="center" gap="3" wrap="wrap">
          <Heading as="h1" size="7" ref={heading} tabIndex={-1} className="break">
            {title}
          </Heading>
          {actions}
        </Flex>
        {about && (
          <Text as="p" color="gray" mt="1">
            {about}
          </Text>
        )}
      </div>
      {children}
    </Flex>
  )
}
