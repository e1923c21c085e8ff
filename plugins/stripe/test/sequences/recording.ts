import { readdirSync, readFileSync } from 'node:fs'
import type { SequenceConfig } from './prepare.js'

/** A recorded sequence of deliveries, with what the system knows before and has to have reached after. */
export interface Recording {
  name: string
  title: string
  config: SequenceConfig
  /** Seconds since the epoch: the moment of which the end state is. */
  asOf: number
  expect: Expectation
  /** The bodies in the order in which they were delivered. */
  deliveries: string[]
  /** Every object as the API would answer at the end, by its id. */
  api: Record<string, { id: string; object: string }>
}

export interface Expectation {
  accounts: Record<string, object>
  not_ours: { customers: string[]; subscriptions: string[] }
}

const DATA = new URL('../../../test/sequences/data/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, DATA), 'utf8')

/** Every recording, by name. */
export function recordings(): Recording[] {
  return readdirSync(DATA)
    .filter((file) => file.endsWith('.jsonl'))
    .toSorted()
    .map((file) => recording(file.slice(0, -'.jsonl'.length)))
}

function recording(name: string): Recording {
  const { title, config, as_of, expect } = JSON.parse(read(`${name}.expect.json`)) as {
    title: string
    config: SequenceConfig
    as_of: number
    expect: Expectation
  }
  const { objects } = JSON.parse(read(`${name}.api.json`)) as { objects: Recording['api'] }
  const deliveries = read(`${name}.jsonl`).trim().split('\n')
  return { name, title, config, asOf: as_of, expect, deliveries, api: objects }
}
