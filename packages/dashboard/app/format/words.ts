const KNOWN: Record<string, string> = {
  api_calls: 'API calls',
  agent_runs: 'Agent runs',
  agent_concurrency: 'Agents at once',
  spend_micros: 'Budget for tools',
  workflow_runs: 'Workflows at once',
}

/** A name that programs use, for people: `past_due` is “Past due”. */
export function words(name: string): string {
  const text = name.replace(/[_.-]+/g, ' ').trim()
  return KNOWN[name] ?? text.charAt(0).toUpperCase() + text.slice(1)
}

const OF_A_MONTH = ['api_calls', 'agent_runs', 'spend_micros']

/** What a plan's limit bounds, and in which time. */
export const limitWords = (name: string): string =>
  OF_A_MONTH.includes(name) ? `${words(name)} a month` : words(name)

const numberFormat = new Intl.NumberFormat(navigator.language)
// A tool's call may cost less than a cent.
const micros = new Intl.NumberFormat(navigator.language, {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 6,
  trailingZeroDisplay: 'stripIfInteger',
})

export const number = (value: number): string => numberFormat.format(value)

/** A limit's value: those whose names end in `_micros` are millionths of a dollar. */
export const limitValue = (name: string, value: number): string =>
  name.endsWith('_micros') ? micros.format(value / 1e6) : number(value)
