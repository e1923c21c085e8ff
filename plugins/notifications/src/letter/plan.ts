import type { SubscriptionItem } from '@titanforge/stripe'
import { inWords } from './in-words.js'
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
    const features = grants.features.map(inWords)
    const limits = Object.entries(grants.limits).map(limitLine)
    return { name: quantity > 1 ? `${plan} × ${quantity}` : plan, grants: [...features, ...limits] }
  })
}

// The limits that provisioning and the orchestrator enforce, by the names that the web application gives them.
const LIMITS: Record<string, string> = {
  api_calls: 'API calls a month',
  agent_runs: 'Agent runs a month',
  agent_concurrency: 'Agents at once',
  spend_micros: 'Budget for tools a month',
  workflow_runs: 'Workflows at once',
}

const figure = new Intl.NumberFormat('en')
// A tool's call may cost less than a cent.
const dollars = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 6,
})

/** A limit and its value; those whose names end in `_micros` are millionths of a dollar. */
function limitLine([limit, value]: [string, number]): string {
  const shown = limit.endsWith('_micros') ? dollars.format(value / 1e6) : figure.format(value)
  return `${LIMITS[limit] ?? inWords(limit)}: ${shown}`
}

/** A plan in a letter: its name, and under it what it grants. */
export const planBlocks = ({ name, grants }: Plan): Block[] => [
  { heading: name },
  ...(grants.length > 0 ? [{ list: grants }] : []),
]
