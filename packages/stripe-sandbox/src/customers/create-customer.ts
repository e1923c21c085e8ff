import { token } from '../world/ids.js'
import { blank } from '../spec/blank.js'
import type { Customer } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

export function createCustomer(
  tx: Transaction,
  fields: { email?: string | null; name?: string | undefined } & Partial<Customer>,
): Customer {
  const { name, ...rest } = fields
  const customer = tx.add(
    'customer',
    blank('customer', {
      id: tx.id('customer'),
      address: null,
      created: tx.now,
      currency: null,
      delinquent: false,
      discount: null,
      invoice_prefix: token(tx.bytes(), 8).toUpperCase(),
      invoice_settings: {
        custom_fields: null,
        default_payment_method: null,
        footer: null,
        rendering_options: null,
      },
      metadata: {},
      name: name ?? null,
      next_invoice_sequence: 1,
      phone: null,
      preferred_locales: [],
      tax_exempt: 'none',
      test_clock: tx.moment.testClock,
      ...rest,
    }),
  )
  tx.emit('customer.created', customer)
  return customer
}
