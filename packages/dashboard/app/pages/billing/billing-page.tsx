import { Button, Flex, Link, Text } from '@radix-ui/themes'
import {
  useInvoices,
  useOpenPortal,
  usePurchases,
  useSubscription,
  type Invoice,
  type Purchase,
} from '../../api/billing'
import { money } from '../../format/money'
import { day } from '../../format/time'
import { PanelList } from '../../panels/panel-list'
import { Empty } from '../../ui/empty'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import { Table, type Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'
import { isWeb } from './is-web'
import { SubscriptionCard } from './subscription-card'

export function BillingPage() {
  const subscription = useSubscription()
  const invoices = useInvoices()
  const purchases = usePurchases()
  return (
    <Page title="Billing" actions={<Portal />}>
      <Section title="Subscription">
        <Loaded query={subscription} height="6rem">
          {(one) =>
            one ? (
              <SubscriptionCard subscription={one} />
            ) : (
              <Empty>
                You have no subscription. <TextLink to="/plans">Choose a plan</TextLink>
              </Empty>
            )
          }
        </Loaded>
      </Section>
      <Section title="Invoices">
        <Loaded query={invoices}>
          {(rows) => (
            <Table
              label="Invoices"
              rows={rows}
              columns={INVOICE}
              keyOf={({ id }) => id}
              empty="There is no invoice yet."
            />
          )}
        </Loaded>
      </Section>
      <Section title="Purchases">
        <Loaded query={purchases}>
          {(rows) => (
            <Table
              label="Purchases"
              rows={rows}
              columns={PURCHASE}
              keyOf={({ id }) => id}
              empty="You have bought nothing that is paid once."
            />
          )}
        </Loaded>
      </Section>
      <PanelList page="billing" />
    </Page>
  )
}

function Portal() {
  const portal = useOpenPortal()
  return (
    <Flex direction="column" gap="2">
      <Button variant="soft" loading={portal.isPending} onClick={() => portal.mutate()}>
        Cards and billing address
      </Button>
      <Problem error={portal.error} />
    </Flex>
  )
}

const INVOICE: Column<Invoice>[] = [
  { title: 'Date', cell: ({ createdAt }) => day(createdAt) },
  { title: 'Number', cell: ({ number }) => number ?? '–' },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    title: 'Amount',
    align: 'right',
    cell: ({ amountDue, currency }) => money(amountDue, currency),
  },
  {
    title: 'Document',
    cell: ({ pageUrl, number }) =>
      isWeb(pageUrl) ? (
        <Link href={pageUrl} target="_blank" rel="noreferrer" aria-label={`Open ${number ?? ''}`}>
          Open
        </Link>
      ) : (
        <Text color="gray">–</Text>
      ),
  },
]

const PURCHASE: Column<Purchase>[] = [
  { title: 'Date', cell: ({ createdAt }) => day(createdAt) },
  { title: 'What', cell: ({ items }) => items.map(itemOf).join(', ') || UNKNOWN },
  { title: 'Status', cell: (purchase) => <StatusBadge status={stateOf(purchase)} /> },
  { title: 'Amount', align: 'right', cell: ({ amount, currency }) => money(amount, currency) },
]

const UNKNOWN = 'Not in the catalogue'

const itemOf = ({ name, quantity }: Purchase['items'][number]) =>
  `${name ?? UNKNOWN}${quantity === 1 ? '' : ` × ${quantity}`}`

function stateOf({ status, amount, amountRefunded }: Purchase): string {
  if (amountRefunded === 0) return status
  return amountRefunded < amount ? 'partly_refunded' : 'refunded'
}
