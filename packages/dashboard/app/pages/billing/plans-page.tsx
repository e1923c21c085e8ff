import { Badge, Button, Card, Flex, Heading, Text } from '@radix-ui/themes'
import { useState } from 'react'
import {
  isOver,
  useOpenCheckout,
  useProducts,
  useSubscription,
  type Product,
  type Subscription,
} from '../../api/billing'
import { limitValue, limitWords, words } from '../../format/words'
import { PanelList } from '../../panels/panel-list'
import { Empty } from '../../ui/empty'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { TextLink } from '../../ui/text-link'
import { ChangePlan } from './change-plan'
import { price } from './price'

export function PlansPage() {
  const products = useProducts()
  const { data: subscription } = useSubscription()
  const [changedTo, setChangedTo] = useState<Product>()
  const alive = subscription && !isOver(subscription) ? subscription : undefined
  return (
    <Page title="Plans" about="You pay on a page of our payment provider; we never see your card.">
      <div>
        <Text as="p" role="status" mb={changedTo && '5'}>
          {changedTo && `Your plan is changed to ${changedTo.name}, ${price(changedTo)}.`}
        </Text>
        <Loaded query={products} height="24rem">
          {(products) =>
            products.length === 0 ? (
              <Empty>Nothing is for sale yet.</Empty>
            ) : (
              <div className="cards">
                {[
                  ...Map.groupBy(
                    offered(products, alive).toSorted(subscriptionsFirst),
                    ({ name }) => name,
                  ),
                ].map(([name, prices]) => (
                  <Plan
                    key={name}
                    name={name}
                    prices={prices}
                    subscription={alive}
                    onChanged={setChangedTo}
                  />
                ))}
              </div>
            )
          }
        </Loaded>
      </div>
      <PanelList page="plans" />
    </Page>
  )
}

/** A subscription keeps the currency that it began with. */
function offered(products: readonly Product[], subscription: Subscription | undefined) {
  const own = products.find(({ id }) => id === subscription?.productId)
  if (!own) return products
  return products.filter(
    ({ type, currency }) => type !== 'subscription' || currency === own.currency,
  )
}

const subscriptionsFirst = (a: Product, b: Product) =>
  Number(a.type !== 'subscription') - Number(b.type !== 'subscription')

interface PlanProps {
  name: string
  prices: readonly Product[]
  subscription: Subscription | undefined
  onChanged(product: Product): void
}

function Plan({ name, prices, subscription, onChanged }: PlanProps) {
  const [first] = prices
  if (!first) return null
  return (
    <Card size="3" asChild>
      <section aria-label={name}>
        <Flex direction="column" gap="4" height="100%">
          <div>
            <Flex align="center" gap="3">
              <Heading as="h2" size="5">
                {name}
              </Heading>
              {subscription?.plan === name && <Badge highContrast>Your plan</Badge>}
            </Flex>
            <Text as="p" size="2" color="gray" mt="1">
              {first.description}
            </Text>
          </div>
          <Contents {...first} />
          <Flex direction="column" gap="2" mt="auto">
            {prices.map((product) => (
              <Offer
                key={product.id}
                product={product}
                subscription={subscription}
                onChanged={onChanged}
              />
            ))}
          </Flex>
        </Flex>
      </section>
    </Card>
  )
}

interface OfferProps {
  product: Product
  subscription: Subscription | undefined
  onChanged(product: Product): void
}

function Offer({ product, subscription, onChanged }: OfferProps) {
  if (product.type !== 'subscription' || !subscription) return <Buy product={product} />
  if (subscription.status === 'paused')
    return (
      <Text size="2" color="gray">
        {price(product)}: <TextLink to="/billing">Resume your subscription</TextLink> to change it.
      </Text>
    )
  if (product.id !== subscription.productId)
    return <ChangePlan product={product} subscriptionId={subscription.id} onChanged={onChanged} />
  return (
    <Flex align="center" justify="center" height="var(--space-6)">
      <Text size="2" weight="medium">
        Your price: {price(product)}
      </Text>
    </Flex>
  )
}

/** What a plan gives. */
const Contents = ({ features, limits }: Product) => (
  <Text asChild size="2">
    <ul className="plain">
      {features.map((feature) => (
        <li key={feature}>{words(feature)}</li>
      ))}
      {Object.entries(limits).map(([name, value]) => (
        <li key={name}>
          {limitWords(name)}: {limitValue(name, value)}
        </li>
      ))}
    </ul>
  </Text>
)

function Buy({ product }: { product: Product }) {
  const checkout = useOpenCheckout()
  return (
    <>
      <Button
        loading={checkout.isPending}
        aria-label={`Buy ${product.name} for ${price(product)}`}
        onClick={() => checkout.mutate(product.id)}
      >
        {price(product)}
      </Button>
      {product.trialDays > 0 && (
        <Text size="1" color="gray">
          {product.trialDays} days to try it
        </Text>
      )}
      <Problem error={checkout.error} />
    </>
  )
}
