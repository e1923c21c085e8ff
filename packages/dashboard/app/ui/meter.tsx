import { Box, Flex, Progress, Text } from '@radix-ui/themes'
import { limitValue, words } from '../format/words'

interface Props {
  name: string
  used: number
  /** Null where nothing bounds it. */
  limit: number | null
}

const NEARLY = 0.8

/** How much of a limit is used. */
export function Meter({ name, used, limit }: Props) {
  const label = words(name)
  const shown = limitValue(name, used)
  const part = limit === null || limit === 0 ? 0 : Math.min(used / limit, 1)
  const color = part >= 1 ? 'red' : part >= NEARLY ? 'amber' : 'indigo'
  return (
    <Box>
      <Flex justify="between" gap="3" mb="1">
        <Text size="2">{label}</Text>
        <Text size="2" color="gray" className="number">
          {limit === null ? `${shown}, no limit` : `${shown} of ${limitValue(name, limit)}`}
        </Text>
      </Flex>
      {limit !== null && <Progress value={part * 100} color={color} aria-label={label} />}
    </Box>
  )
}
