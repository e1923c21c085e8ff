import { Flex, Switch, Text } from '@radix-ui/themes'
import { usePreferences, useSetPreference, type Preference } from '../../api/account'
import { words } from '../../format/words'
import { Loaded } from '../../ui/loaded'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'

export function Notifications() {
  const preferences = usePreferences()
  const set = useSetPreference()
  const change = (one: Preference) => (enabled: boolean) => set.mutate({ ...one, enabled })
  return (
    <Section
      title="Notifications"
      about="What is about your account or about money always comes, by e-mail."
    >
      <Loaded query={preferences} height="5rem">
        {(all) =>
          all.map((one) => (
            <Text as="label" size="2" key={`${one.topic} ${one.channel}`}>
              <Flex justify="between" gap="4">
                {words(one.about)} by {one.channel}
                <Switch
                  checked={one.enabled}
                  disabled={set.isPending}
                  onCheckedChange={change(one)}
                />
              </Flex>
            </Text>
          ))
        }
      </Loaded>
      <Problem error={set.error} />
    </Section>
  )
}
