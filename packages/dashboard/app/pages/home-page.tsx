import { Badge, Button, Flex, Text } from '@radix-ui/themes'
import { Link } from 'react-router'
import { isOver, useSubscription } from '../api/billing'
import { useEntitlements, useUsage } from '../api/entitlements'
import { day } from '../format/time'
import { words } from '../format/words'
import { PanelList } from '../panels/panel-list'
import { useAccount } from '../session/session'
import { Loaded } from '../ui/loaded'
import { Meter } from '../ui/meter'
import { Page } from '../ui/page'
import { Section } from '../ui/section'
import { TextLink } from '../ui/text-link'

export function HomePage() {
  const { data: account } = useAccount()
  const name = account?.fullName
  return (
    <Page title={name ? `Welcome, ${name}` : 'Welcome'}>
      <Entitlements />
      <Usage />
      <PanelList page="overview" />
    </Page>
  )
}

function Entitlements() {
  const entitlements = useEntitlements()
  return (
    <Section title="Your plan">
      <Loaded query={entitlements} height="4rem">
        {({ plans, features }) => (
          <>
            <Flex justify="between" align="center" gap="3" wrap="wrap">
              <Text size="5" weight="bold">
                {plans.length > 0 ? plans.join(', ') : 'No plan yet'}
              </Text>
              <Button asChild variant={plans.length > 0 ? 'soft' : 'solid'}>
                <Link to={plans.length > 0 ? '/billing' : '/plans'}>
                  {plans.length > 0 ? 'Manage it' : 'Choose a plan'}
                </Link>
              </Button>
            </Flex>
            <ItsEnd />
            {features.length > 0 && (
              <Flex gap="2" wrap="wrap" aria-label="Features" role="list">
                {features.map((feature) => (
                  <Badge key={feature} role="listitem">
                    {words(feature)}
                  </Badge>
                ))}
              </Flex>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}

/** When the subscription ends, where it has been cancelled. */
function ItsEnd() {
  const { data: subscription } = useSubscription()
  if (!subscription || isOver(subscription) || subscription.scheduledEnd === null) return null
  return (
    <Text as="p" size="2" color="gray">
      {subscription.plan ?? 'The subscription'} ends on {day(subscription.scheduledEnd)}.{' '}
      <TextLink to="/billing">Resume it</TextLink>
    </Text>
  )
}

function Usage() {
  const usage = useUsage()
  const since = usage.data && day(usage.data.period.start)
  return (
    <Section title="Usage" about={since ? `Since ${since}` : 'Of this month'}>
      <Loaded query={usage} height="12rem">
        {({ usage }) =>
          Object.entries(usage).map(([name, { used, limit }]) => (
            <Meter key={name} name={name} used={used} limit={limit} />
          ))
        }
      </Loaded>
    </Section>
  )
}
