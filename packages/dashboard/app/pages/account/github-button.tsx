import { Button, Flex, Separator, Text } from '@radix-ui/themes'
import { settings } from '../../session/settings'

/** The way in through GitHub, where the server offers it. */
export function GithubButton({ returnTo }: { returnTo: string }) {
  if (!settings.github) return null
  return (
    <Flex direction="column" gap="4" mt="4">
      <Flex align="center" gap="3">
        <Separator size="4" />
        <Text size="1" color="gray">
          or
        </Text>
        <Separator size="4" />
      </Flex>
      <Button asChild size="3" variant="soft" color="gray">
        <a href={`/api/auth/github?returnTo=${encodeURIComponent(returnTo)}`}>
          Continue with GitHub
        </a>
      </Button>
    </Flex>
  )
}
