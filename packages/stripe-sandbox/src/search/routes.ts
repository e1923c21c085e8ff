import { operation, type Call } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { schemaOf } from '../spec/openapi.js'
import type { Kind, Price } from '../world/kinds.js'
import { fitsQuery, readQuery } from './query.js'

interface SearchParameters {
  query: string
  limit?: number
  page?: string
}

/** What can be searched, by its path. */
const SEARCHED = {
  charges: 'charge',
  customers: 'customer',
  invoices: 'invoice',
  payment_intents: 'payment_intent',
  prices: 'price',
  products: 'product',
  subscriptions: 'subscription',
} as const satisfies Record<string, Kind>

/**
 * Searches. Unlike Stripe's, they find at once what was just made, by any field of the object itself.
 *
 * @see https://docs.stripe.com/search
 */
export const searchRoutes = Object.entries(SEARCHED).map(([path, kind]) =>
  operation<SearchParameters>(`GET /v1/${path}/search`, (call) => search(call, kind)),
)

function search({ tx, params, url }: Call<SearchParameters>, kind: Kind) {
  const query = readQuery(params.query)
  const known = schemaOf(kind).properties ?? {}
  const unknown = query.conditions.find(({ path: [field = ''] }) => !Object.hasOwn(known, field))
  if (unknown)
    throw invalidRequest(
      `Field \`${unknown.path.join('.')}\` is an unsupported search field for resource \`${kind}s\`.`,
      'query',
    )
  const { limit = 10, page = '0' } = params
  const found = [...tx.each(kind)]
    .filter((record) => !(record as Price)._inline && fitsQuery(record, query))
    .reverse()
  const end = Number(page) + limit
  const has_more = found.length > end
  const next = has_more ? { next_page: String(end) } : {}
  return { object: 'search_result', data: found.slice(Number(page), end), has_more, url, ...next }
}
