import type { SubscriptionItem } from '@titanforge/stripe'
import type { Block } from './letter.js'
import { oneLine } from './one-line.js'

/** A plan as a mail tells of it: its name, and a line for each thing it grants. */
export interface Plan {
  name: string
  grants: string[]
}

/** The plans of a subscription. A price that the catalogue does not know grants nothing and is left out. */
export function plansOf(items: readonly SubscriptionItem[]): Plan[] {
  return items.flatMap(({ name, quantity, grants }) => {
    const plan = oneLine(name ?? '')
    if (plan === '') return []
    const features = grants.features.map(label)
    const limits = Object.entries(grants.limits).map(
      ([limit, value]) => `${label(limit)}: ${figure.format(value)}`,
    )
    return { name: quantity > 1 ? `${plan} × ${quantity}` : plan, grants: [...features, ...limits] }
  })
}

const figure = new Intl.NumberFormat('en')

/** `priority_support` as people write it, and `api_calls` as they write that. */
const label = (identifier: string) => {
  const words = oneLine(identifier.replaceAll('_', ' ')).replace(/\bapi\b/gi, 'API')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A plan in a letter: its name, and under it what it grants. */
export const planBlocks = ({ name, grants }: Plan): Block[] => [
  { heading: name },
  ...(grants.length > 0 ? [{ list: grants }] : []),
]
