import { Flex, Text } from '@radix-ui/themes'
import type { Step } from '../../api/runs'
import { words } from '../../format/words'
import { Empty } from '../../ui/empty'
import { StatusBadge } from '../../ui/status-badge'

/** The steps of a run, in the order in which they began. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  if (steps.length === 0) return <Empty>It has not begun yet.</Empty>
  return (
    <ol className="steps">
      {steps.map(({ name, status, text, question, error }) => (
        <li key={name}>
          <Flex justify="between" align="center" gap="3">
            <Text size="2" weight="medium">
              {words(name)}
            </Text>
            <StatusBadge status={status} />
          </Flex>
          <Text as="p" size="1" color="gray" className="break">
            {error?.message ?? question ?? text}
          </Text>
        </li>
      ))}
    </ol>
  )
}
