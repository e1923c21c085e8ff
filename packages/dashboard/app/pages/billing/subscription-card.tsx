import { Button, Flex, Text } from '@radix-ui/themes'
import { Link } from 'react-router'
import { isOver, useChangeSubscription, type Subscription } from '../../api/billing'
import { day } from '../../format/time'
import { Confirm } from '../../ui/confirm'
import { Problem } from '../../ui/problem'
import { StatusBadge } from '../../ui/status-badge'
import { PayLink } from './pay-link'

/** A subscription, and what its owner can do with it. */
export function SubscriptionCard({ subscription }: { subscription: Subscription }) {
  const { plan, status, scheduledEnd } = subscription
  const cancel = useChangeSubscription('cancel')
  const resume = useChangeSubscription('resume')
  const over = isOver(subscription)
  const ends = scheduledEnd !== null && !over
  return (
    <>
      <Flex align="center" gap="3" wrap="wrap">
        <Text size="5" weight="bold">
          {plan ?? 'A plan that is not in the catalogue'}
        </Text>
        <StatusBadge status={status} />
      </Flex>
      <Text as="p" size="2" color="gray" role="status">
        {periodOf(subscription, over)}
      </Text>
      <Flex gap="3" wrap="wrap">
        {status !== 'paused' && (
          <Button asChild variant="soft">
            <Link to="/plans">{over ? 'Choose a plan' : 'Change the plan'}</Link>
          </Button>
        )}
        {!over && (ends || status === 'paused') && (
          <Button
            loading={resume.isPending}
            onClick={() => resume.mutate({ subscriptionId: subscription.id })}
          >
            Resume
          </Button>
        )}
        {!over && !ends && (
          <Confirm
            title="Cancel the subscription?"
            text="It goes on until the end of the period that you have paid for. Until then you can take this back."
            action="Cancel the subscription"
            onConfirm={() => cancel.mutate({ subscriptionId: subscription.id })}
          >
            <Button variant="soft" color="red" loading={cancel.isPending}>
              Cancel
            </Button>
          </Confirm>
        )}
      </Flex>
      <Problem error={cancel.error ?? resume.error} />
      <PayLink error={resume.error} />
    </>
  )
}

function periodOf({ status, scheduledEnd, currentPeriodEnd }: Subscription, over: boolean): string {
  if (over) return 'It is over.'
  if (scheduledEnd !== null) return `It ends on ${day(scheduledEnd)}.`
  if (status === 'paused')
    return 'It is paused. When you resume it, a new period begins; then you can change the plan.'
  return currentPeriodEnd === null ? '' : `It renews on ${day(currentPeriodEnd)}.`
}
