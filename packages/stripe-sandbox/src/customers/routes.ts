import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata, newMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { noSuch } from '../http/stripe-error.js'
import { attach, methodOfCustomer, paymentMethodOf } from '../payments/payment-method.js'
import { end } from '../subscriptions/end.js'
import type { Customer } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { bookBalance } from './book-balance.js'
import { createCustomer } from './create-customer.js'

type Create = Stripe.CustomerCreateParams
type Update = Stripe.CustomerUpdateParams

export const customerRoutes = [
  operation<Create>('POST /v1/customers', ({ tx, params }) => {
    if (params.test_clock) tx.get('test_helpers.test_clock', params.test_clock, 'test_clock')
    const details = { preferred_locales: [], shipping: null, tax_exempt: 'none' as const }
    setDetails(details, params)
    const { balance = 0 } = params
    const customer = createCustomer(tx, {
      email: params.email ?? null,
      name: params.name ?? undefined,
      phone: params.phone ?? null,
      description: params.description ?? null,
      balance,
      address: (params.address || null) as Customer['address'],
      metadata: newMetadata(params.metadata),
      ...details,
    })
    setPayment(tx, customer, params)
    return customer
  }),

  operation<Stripe.CustomerListParams>('GET /v1/customers', (call) => listOf(call, 'customer')),

  operation('GET /v1/customers/{id}', ({ tx, id }) => {
    const gone = tx.maybe('sandbox.deleted', id)
    return gone?.of === 'customer'
      ? { id, object: 'customer', deleted: true }
      : tx.get('customer', id)
  }),

  operation<Update>('POST /v1/customers/{id}', ({ tx, params, id }) => {
    const customer = tx.get('customer', id)
    const { email, name, phone, description, balance, address } = params
    if (email !== undefined) customer.email = email || null
    if (name !== undefined) customer.name = name || null
    if (phone !== undefined) customer.phone = phone || null
    if (description !== undefined) customer.description = description || null
    if (balance !== undefined && balance !== customer.balance)
      bookBalance(tx, customer, balance - customer.balance, {
        type: 'adjustment',
        currency: customer.currency ?? 'usd',
      })
    if (address !== undefined) customer.address = (address || null) as Customer['address']
    setDetails(customer, params)
    mergeMetadata(customer, params.metadata)
    setPayment(tx, customer, params)
    tx.emit('customer.updated', customer)
    return customer
  }),

  operation('DELETE /v1/customers/{id}', ({ tx, id }) => {
    const customer = tx.get('customer', id)
    const running = tx.find('subscription', (it) => it.customer === id && it.ended_at === null)
    for (const subscription of running) end(tx, subscription, 'cancellation_requested')
    tx.emit('customer.deleted', customer)
    tx.remove(id)
    tx.add('sandbox.deleted', { id, object: 'sandbox.deleted', of: 'customer' })
    return { id, object: 'customer', deleted: true }
  }),

  operation<Stripe.CustomerListPaymentMethodsParams>(
    'GET /v1/customers/{id}/payment_methods',
    (call) => {
      call.tx.get('customer', call.id)
      return listOf(call, 'payment_method', { fits: ({ customer }) => customer === call.id })
    },
  ),

  operation('GET /v1/customers/{customerId}/payment_methods/{id}', ({ tx, id }) =>
    tx.get('payment_method', id),
  ),

  operation('GET /v1/customers/{id}/balance_transactions', (call) =>
    listOf(call, 'customer_balance_transaction', { fits: ({ customer }) => customer === call.id }),
  ),

  operation('GET /v1/customers/{customerId}/balance_transactions/{id}', ({ tx, path, id }) => {
    const booked = tx.get('customer_balance_transaction', id)
    if (booked.customer !== path.customerId) throw noSuch('customer_balance_transaction', id)
    return booked
  }),

  operation<Stripe.CustomerCreateBalanceTransactionParams>(
    'POST /v1/customers/{id}/balance_transactions',
    ({ tx, params, id }) => {
      const { amount, currency, description = null } = params
      const why = { type: 'adjustment' as const, currency, description }
      const booked = bookBalance(tx, tx.get('customer', id), amount, why)
      mergeMetadata(booked, params.metadata)
      return booked
    },
  ),
]

function setDetails(
  customer: Pick<Customer, 'preferred_locales' | 'shipping' | 'tax_exempt'>,
  { preferred_locales, shipping, tax_exempt }: Create & Update,
): void {
  if (preferred_locales) customer.preferred_locales = preferred_locales
  if (shipping !== undefined)
    customer.shipping = shipping ? { ...shipping, address: wholeAddress(shipping.address) } : null
  if (tax_exempt !== undefined) customer.tax_exempt = tax_exempt || 'none'
}

const wholeAddress = (given: Stripe.AddressParam) => ({
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
  ...given,
})

function setPayment(tx: Transaction, customer: Customer, params: Create & Update): void {
  const given = params.payment_method
    ? paymentMethodOf(tx, params.payment_method, 'payment_method')
    : undefined
  if (given) attach(tx, given, customer.id)
  const wanted = params.invoice_settings?.default_payment_method
  if (wanted === undefined) return
  // One name in both stands for one method.
  const id = given && wanted === params.payment_method ? given.id : wanted
  const param = 'invoice_settings[default_payment_method]'
  customer.invoice_settings.default_payment_method = id
    ? methodOfCustomer(tx, id, customer.id, param).id
    : null
}
