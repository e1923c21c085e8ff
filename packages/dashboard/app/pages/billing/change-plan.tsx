import { Button, Dialog, Flex, Text } from '@radix-ui/themes'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useChangeSubscription, type Preview, type Product } from '../../api/billing'
import { post } from '../../api/request'
import { money } from '../../format/money'
import { Loaded } from '../../ui/loaded'
import { Problem } from '../../ui/problem'
import { price } from './price'
import { whatHappens } from './what-happens'

interface Props {
  product: Product
  subscriptionId: string
  onChanged(product: Product): void
}

/** Changes the subscription to this product, after it has shown what that costs. */
export function ChangePlan({ product, subscriptionId, onChanged }: Props) {
  const [isOpen, setOpen] = useState(false)
  const change = useChangeSubscription('change', () => {
    setOpen(false)
    onChanged(product)
  })
  const preview = useQuery({
    queryKey: ['billing', 'preview', subscriptionId, product.id],
    async queryFn() {
      const body = { subscriptionId, productId: product.id, preview: true }
      return (await post<{ preview: Preview }>('/api/billing/subscription/change', body)).preview
    },
    enabled: isOpen,
    staleTime: 0,
    gcTime: 0,
  })
  const confirm = ({ amountDue, credit, prorationDate, quantity }: Preview) =>
    change.mutate({
      subscriptionId,
      productId: product.id,
      shown: { amountDue, credit, prorationDate },
      ...(quantity !== null && { quantity }),
    })
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger>
        <Button variant="soft" aria-label={`${product.name}: Change to ${price(product)}`}>
          Change to {price(product)}
        </Button>
      </Dialog.Trigger>
      <Dialog.Content maxWidth="30rem">
        <Dialog.Title>
          {product.name}, {price(product)}
        </Dialog.Title>
        <Dialog.Description size="2" mb="4">
          {whatHappens(preview.data)}
        </Dialog.Description>
        <Loaded query={preview} height="8rem">
          {(preview) => <Cost preview={preview} />}
        </Loaded>
        <Problem error={change.error} />
        <Flex gap="3" mt="4" justify="end">
          <Dialog.Close>
            <Button variant="soft" color="gray">
              Back
            </Button>
          </Dialog.Close>
          <Button
            disabled={!preview.data}
            loading={change.isPending}
            onClick={() => preview.data && confirm(preview.data)}
          >
            Change the plan
          </Button>
        </Flex>
      </Dialog.Content>
    </Dialog.Root>
  )
}

/** What a change costs, or gives back. */
const Cost = ({ preview: { lines, amountDue, credit, currency } }: { preview: Preview }) => (
  <Flex direction="column" gap="2">
    {lines.map(({ description, amount }, index) => (
      <Flex key={index} justify="between" gap="4">
        <Text size="2">{description}</Text>
        <Text size="2" className="number">
          {money(amount, currency)}
        </Text>
      </Flex>
    ))}
    <Total what="Due now" amount={money(amountDue, currency)} />
    {credit > 0 && <Total what="Credit for invoices to come" amount={money(credit, currency)} />}
  </Flex>
)

const Total = ({ what, amount }: { what: string; amount: string }) => (
  <Flex justify="between" gap="4" mt="2">
    <Text weight="bold">{what}</Text>
    <Text weight="bold" className="number">
      {amount}
    </Text>
  </Flex>
)
