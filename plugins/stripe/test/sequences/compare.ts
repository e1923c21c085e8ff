import type { SystemState } from './read-state.js'
import type { Recording } from './recording.js'

/**
 * What differs between a recording's end state and the system's, one line each. `entitled_strict` is for
 * systems that give a late payment no grace, and the totals follow from the accounts.
 */
export function differences(state: SystemState, { expect }: Recording): string[] {
  const accounts = mapped(expect.accounts, (account) => ({
    features: [],
    ...without(account, 'entitled_strict'),
    subscriptions: mapped(entries(account, 'subscriptions'), (it) =>
      without(it, 'entitled_strict'),
    ),
    disputes: mapped(entries(account, 'disputes'), (it) => without(it, 'charge')),
  }))
  // Some strangers' subscriptions are only spoken of.
  const unknown = state.strangers.filter((id) => !expect.not_ours.subscriptions.includes(id))
  return [
    ...diff(state.accounts, accounts, ''),
    ...unknown.map((id) => `${id} belongs to nobody, and is not a stranger's`),
  ]
}

const mapped = (record: Record<string, object>, change: (value: object) => object) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

const without = (value: object, left: string) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== left))

const entries = (value: object, key: string) =>
  (value as Record<string, Record<string, object>>)[key] ?? {}

function diff(got: unknown, want: unknown, path: string): string[] {
  if (got === want) return []
  if (!isObject(got) || !isObject(want))
    return [`${path}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`]
  const keys = new Set([...Object.keys(got), ...Object.keys(want)])
  return [...keys].flatMap((key) => diff(got[key], want[key], `${path}/${key}`))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
