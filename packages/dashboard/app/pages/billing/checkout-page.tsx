import { Badge, Button, Callout, Flex, Text } from '@radix-ui/themes'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link, useLocation, useSearchParams } from 'react-router'
import { ApiError } from '../../api/api-error'
import { billingChanged, type Checkout } from '../../api/billing'
import { useEntitlements } from '../../api/entitlements'
import { request } from '../../api/request'
import { words } from '../../format/words'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'

const POLL_MS = 1_000
const UNDER_WAY = ['open', 'pending']

/** Nothing comes of asking again, such as for somebody else's payment. */
const isRefused = (error: Error | null) => error instanceof ApiError && error.status < 500

/** Where the payment page leads back to. That somebody comes back proves nothing: the server says what is so. */
export function CheckoutPage() {
  const { pathname } = useLocation()
  const [search] = useSearchParams()
  const id = search.get('checkout')
  const checkout = useQuery({
    queryKey: ['checkout', id],
    queryFn: ({ signal }) =>
      request<Checkout>(`/api/billing/checkout/${encodeURIComponent(id ?? '')}`, { signal }),
    enabled: id !== null && !pathname.endsWith('/cancelled'),
    refetchInterval: ({ state: { data, error } }) =>
      !isRefused(error) && UNDER_WAY.includes(data?.status ?? 'open') ? POLL_MS : false,
  })
  const isDone = checkout.data !== undefined && !UNDER_WAY.includes(checkout.data.status)
  useEffect(() => {
    if (isDone) void billingChanged()
  }, [isDone])
  if (pathname.endsWith('/cancelled')) return <NothingPaid />
  const isAwaited = id !== null && !isRefused(checkout.error)
  const isPaid = isDone && checkout.data.fulfilledAt !== null
  return (
    <Page title={isPaid ? 'Thank you' : 'Your payment'}>
      <Problem error={checkout.error} retry={() => void checkout.refetch()} />
      <Text as="p" role="status">
        {isPaid
          ? 'Your payment has arrived.'
          : isDone
            ? `The payment was not made (${words(checkout.data.status)}).`
            : isAwaited
              ? 'We wait for word from the payment provider…'
              : 'Your invoices and purchases are listed under Billing.'}
      </Text>
      {isPaid && <NowYours />}
      <Flex gap="3" wrap="wrap">
        <Button asChild>
          <Link to="/">Go to the overview</Link>
        </Button>
        <Button asChild variant="soft">
          <Link to="/billing">Billing</Link>
        </Button>
      </Flex>
    </Page>
  )
}

/** What the payment has given, which comes a moment after it. */
function NowYours() {
  const { data } = useEntitlements(POLL_MS)
  if (!data || data.plans.length === 0) return null
  return (
    <Callout.Root color="green" highContrast>
      <Callout.Text>
        You have {data.plans.join(', ')}.{' '}
        {data.features.map((feature) => (
          <Badge key={feature} color="green" highContrast mr="2">
            {words(feature)}
          </Badge>
        ))}
      </Callout.Text>
    </Callout.Root>
  )
}

const NothingPaid = () => (
  <Page title="Nothing was paid">
    <Text as="p">You have left the payment page, and nothing was charged.</Text>
    <div>
      <Button asChild>
        <Link to="/plans">Back to the plans</Link>
      </Button>
    </div>
  </Page>
)
