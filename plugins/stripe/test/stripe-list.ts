import type { Behaviour } from './stripe-stand-in.js'

/**
 * Answers a list of Stripe's, in pages of at most so many, as `starting_after` and `created[gte]` ask for
 * it. Read each time, so what is added later is listed then.
 */
export function listOf(
  path: string,
  items: () => readonly { id: string; created?: number }[],
  most = 100,
): Behaviour {
  return ({ method, path: asked, query }) => {
    if (method !== 'GET' || asked !== path) return undefined
    const from = Number(query.get('created[gte]') ?? 0)
    const limit = Math.min(most, Number(query.get('limit') ?? 10))
    const all = items().filter(({ created = from }) => created >= from)
    const after = query.get('starting_after')
    const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
    const data = all.slice(start, start + limit)
    return { object: 'list', url: path, data, has_more: start + limit < all.length }
  }
}
