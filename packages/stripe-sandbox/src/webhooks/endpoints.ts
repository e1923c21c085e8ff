import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import type { WebhookEndpoint } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** How the endpoint that the sandbox is configured with describes itself. */
export const CONFIGURED = 'Configured with the sandbox'

export interface EndpointFields {
  url: string
  enabled_events: string[]
  /** The version of its payloads; null for the account's. */
  api_version: string | null
  description: string | null
  /** Made where it is not given. */
  secret?: string
}

export function createEndpoint(tx: Transaction, fields: EndpointFields): WebhookEndpoint {
  const { secret = tx.id('secret'), ...shown } = fields
  if (!URL.canParse(shown.url))
    throw invalidRequest(
      'Invalid URL: An explicit scheme (such as https) must be provided.',
      'url',
      'url_invalid',
    )
  const endpoint = blank('webhook_endpoint', {
    id: tx.id('webhook_endpoint'),
    created: tx.now,
    metadata: {},
    status: 'enabled',
    ...shown,
  })
  return tx.add('webhook_endpoint', { ...endpoint, _secret: secret })
}

/** An endpoint that is gone hears no more, not even of what happened before. */
export function removeEndpoint(tx: Transaction, { id }: WebhookEndpoint): void {
  for (const delivery of tx.find('sandbox.delivery', ({ endpoint }) => endpoint === id))
    tx.remove(delivery.id)
  tx.remove(id)
}
