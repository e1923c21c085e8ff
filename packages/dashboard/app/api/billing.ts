import { useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from './query-client'
import { post, request } from './request'

export interface Product {
  id: string
  name: string
  description: string | null
  type: 'subscription' | 'one_time'
  currency: string
  /** Minor units; null where the price is not one number. */
  unitAmount: number | null
  interval: string | null
  intervalCount: number
  features: string[]
  limits: Record<string, number>
  trialDays: number
}

export interface Subscription {
  id: string
  /** The product that is paid for; null where the catalogue does not know it. */
  productId: string | null
  plan: string | null
  status: string
  currentPeriodStart: string | null
  currentPeriodEnd: string | null
  cancelAtPeriodEnd: boolean
  scheduledEnd: string | null
}

export interface Invoice {
  id: string
  number: string | null
  status: string
  currency: string
  amountDue: number
  amountPaid: number
  createdAt: string
  pageUrl: string | null
  pdfUrl: string | null
}

export interface Purchase {
  id: string
  status: string
  currency: string
  amount: number
  amountRefunded: number
  /** The name is null where the catalogue does not know it. */
  items: { name: string | null; quantity: number }[]
  createdAt: string
}

export interface Checkout {
  id: string
  status: string
  fulfilledAt: string | null
}

export interface Preview {
  amountDue: number
  /** Kept for invoices to come. */
  credit: number
  /** False where a new period begins: nothing of the present one is left that was paid, or a trial ends. */
  isPeriodCounted: boolean
  /** What becomes of the trial that it is in; null in no trial. */
  trial: 'goes_on' | 'ends' | null
  /** Null where the price is by use. */
  quantity: number | null
  currency: string
  prorationDate: number
  lines: { description: string | null; amount: number }[]
}

const BILLING = 'billing'

export const useProducts = () =>
  useQuery({
    queryKey: ['products'],
    queryFn: async ({ signal }) =>
      (await request<{ products: Product[] }>('/api/products', { signal })).products,
  })

/** The caller's subscription; of several, the one that goes on charging. Null where there was none. */
export const useSubscription = () =>
  useQuery({
    queryKey: [BILLING, 'subscription'],
    queryFn: async ({ signal }) => {
      const path = '/api/billing/subscription'
      return (await request<{ subscription: Subscription | null }>(path, { signal })).subscription
    },
  })

export const useInvoices = () =>
  useQuery({
    queryKey: [BILLING, 'invoices'],
    queryFn: async ({ signal }) =>
      (await request<{ invoices: Invoice[] }>('/api/billing/invoices', { signal })).invoices,
  })

export const usePurchases = () =>
  useQuery({
    queryKey: [BILLING, 'purchases'],
    queryFn: async ({ signal }) =>
      (await request<{ purchases: Purchase[] }>('/api/billing/purchases', { signal })).purchases,
  })

/** Opens the payment page for a product. The address that it leads back to names the checkout. */
export const useOpenCheckout = () =>
  useMutation({
    async mutationFn(productId: string) {
      const { url } = await post<{ url: string }>('/api/billing/checkout', {
        productId,
        // Here, where this tab is known, rather than at the server's configured address.
        successUrl: `${location.origin}/billing/success`,
        cancelUrl: `${location.origin}/billing/cancelled`,
      })
      location.assign(url)
    },
  })

export const useOpenPortal = () =>
  useMutation({
    async mutationFn() {
      const returnUrl = `${location.origin}/billing`
      location.assign((await post<{ url: string }>('/api/billing/portal', { returnUrl })).url)
    },
  })

const OVER = ['canceled', 'incomplete_expired']

/** Whether a subscription has ended, or never began. */
export const isOver = ({ status }: Subscription): boolean => OVER.includes(status)

/**
 * Changes the subscription; what is shown of money and rights is asked for anew afterwards, also where it failed:
 * a resumption that was not paid leaves an invoice.
 *
 * @param onDone is called where it succeeded, also where what asked for it is no longer shown.
 */
export const useChangeSubscription = (what: 'cancel' | 'resume' | 'change', onDone?: () => void) =>
  useMutation({
    mutationFn: (body: { subscriptionId: string; [field: string]: unknown }) =>
      post(`/api/billing/subscription/${what}`, body),
    onSuccess: onDone,
    onSettled: () => billingChanged(),
  })

export async function billingChanged(): Promise<void> {
  await Promise.all(
    [[BILLING], ['entitlements'], ['usage']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  )
}
