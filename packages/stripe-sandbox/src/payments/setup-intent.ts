import { blank } from '../spec/blank.js'
import { token } from '../world/ids.js'
import type { PaymentMethod, SetupIntent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

export function createSetup(tx: Transaction, fields: Partial<SetupIntent>): SetupIntent {
  const id = tx.id('setup_intent')
  const intent = tx.add(
    'setup_intent',
    blank('setup_intent', {
      id,
      client_secret: `${id}_secret_${token(tx.bytes(), 25)}`,
      created: tx.now,
      metadata: {},
      payment_method_options: {},
      payment_method_types: ['card', 'sepa_debit'],
      status: 'requires_payment_method',
      usage: 'off_session',
      ...fields,
    }),
  )
  tx.emit('setup_intent.created', intent)
  return intent
}

/** The payment method may be charged from now on while the customer is away. */
export function succeedSetup(tx: Transaction, intent: SetupIntent, method: PaymentMethod): void {
  intent.status = 'succeeded'
  intent.payment_method = method.id
  intent.next_action = null
  method._authenticated = true
  tx.emit('setup_intent.succeeded', intent)
}
