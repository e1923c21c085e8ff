import { Flex, Spinner } from '@radix-ui/themes'

/** Says that something is on its way. */
export const Working = () => (
  <Flex align="center" justify="center" p="9" role="status" aria-label="Loading">
    <Spinner size="3" />
  </Flex>
)
